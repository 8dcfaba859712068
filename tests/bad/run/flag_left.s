; expect: 4:5: FLAG: flag mte2 -> v, id 0 is still set at END
.kernel k, core=aiv
k:
    set_flag.mte2.v #0
    end
