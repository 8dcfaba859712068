; expect: 5:5: RANGE: event id 9: this chip has ids 0 to 7
.kernel k, core=aiv
k:
    .reg n = 9
    set_flag.mte2.v n
    end
