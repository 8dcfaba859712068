; expect: 4:8: there is already a parameter 'n'
.kernel k, core=aiv
.param n, u32 = 4
.param n, u32 = 4
k:  end
