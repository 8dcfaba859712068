; expect: 5:5: expected ldparam REGISTER, PARAMETER
.kernel k, core=aiv
.param n, u32 = 1
k:
    ldparam x1
    end
