; expect: 4:13: 's64' is no condition of jumpcmp (eq ne lt gt ge le)
.kernel k, core=aiv
k:
    jumpcmp.s64 x1, x2, k
    end
