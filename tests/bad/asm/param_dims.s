; expect: 3:35: a tensor has at most 8 dimensions
.kernel k, core=aiv
.param a, in, f16[1,1,1,1,1,1,1,1,1]
k:
    nop
    end
