; expect: 5:20: buffer 'A' has 2 copies, not 3
.kernel k, core=aiv
.buf A, ub, f16[64], copies=2
k:
    .reg a[3]:ub = A
    end
