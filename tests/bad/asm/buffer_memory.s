; expect: 3:9: the core of this kernel has no l1
.kernel k, core=aiv
.buf A, l1, f16[64]
k:  end
