; expect: 6:13: expected .assert CONDITION, "text"
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .assert a == 1
    end
