; expect: 5:13: expected a register, not '5'
.kernel k, core=aiv
.param n, u32 = 1
k:
    ldparam 5, n
    end
