; expect: 3:6: at=0x10: ub addresses are multiples of 32
.kernel k, core=aiv
.buf A, ub, f16[64], at=16
k:  end
