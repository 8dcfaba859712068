; expect: 5:17: buffer 'A' is in ub, the register is for gm
.kernel k, core=aiv
.buf A, ub, f16[64]
k:
    .reg a:gm = A
    end
