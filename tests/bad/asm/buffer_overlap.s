; expect: 4:6: buffer 'B' at 0x40 overlaps 'A' at 0x0
.kernel k, core=aiv
.buf A, ub, f16[64], at=0
.buf B, ub, f16[64], at=64
k:  end
