; expect: 3:18: the core of this kernel has no pipe m
.kernel k, core=aiv
.flag f, mte1 -> m
k:
    set f
    end
