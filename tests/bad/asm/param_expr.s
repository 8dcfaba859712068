; expect: 3:19: expected a value, the expression ends here
.kernel k, core=aiv
.param a, in, f16[n+]
.param n, u32 = 4
k:
    nop
    end
