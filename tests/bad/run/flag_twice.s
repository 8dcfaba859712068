; expect: 5:5: FLAG: flag mte2 -> v, id 0 is set twice without a wait between
.kernel k, core=aiv
k:
    set_flag.mte2.v #0
    set_flag.mte2.v #0
    wait_flag.mte2.v #0
    end
