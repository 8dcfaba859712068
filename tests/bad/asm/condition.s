; expect: 4:13: 'lx' is no cc of jumpcmp
.kernel k, core=aiv
k:
    jumpcmp.lx.s64 x1, x2, k
    end
