; expect: 6:20: expected .expect_cycles REGION, LEAST, MOST
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .expect_cycles all, 5
    end
