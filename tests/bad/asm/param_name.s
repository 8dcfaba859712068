; expect: 3:19: 'm' is no parameter of kernel 'k'
.kernel k, core=aiv
.param a, in, f16[m]
.param n, u32 = 4
k:  end
