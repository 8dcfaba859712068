; expect: 4:19: 'a' is a tensor, not a number
.kernel k, core=aiv
.param a, in, f16[4]
.param b, in, f16[a]
k:
    nop
    end
