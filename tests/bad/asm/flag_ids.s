; expect: 3:25: ids is 0, it must be 1..16
.kernel k, core=aiv
.flag f, mte2 -> v, ids=0
k:
    nop
    end
