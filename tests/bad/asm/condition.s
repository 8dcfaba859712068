; expect: 4:13: 'lx' is no condition of jumpcmp (eq ne lt gt ge le)
.kernel k, core=aiv
k:
    jumpcmp.lx.s64 x1, x2, k
    end
