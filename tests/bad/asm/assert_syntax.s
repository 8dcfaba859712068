; expect: 6:18: expected a value, found '*'
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .assert a == * 2, "x"
    end
