; expect: 6:13: 'a' is an address in gm, the register is for ub
.kernel k, core=aiv
.param a, in, f16[8]
k:
    .reg r:ub
    ldparam r, a
    end
