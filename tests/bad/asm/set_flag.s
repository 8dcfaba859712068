; expect: 4:22: 9 does not fit the immediate of set_flag (0..7)
.kernel k, core=aiv
k:
    set_flag.mte2.v #9
    end
