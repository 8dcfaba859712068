; expect: 3:7: expected a flag name
.kernel k, core=aiv
.flag 3f, mte2 -> v
k:
    nop
    end
