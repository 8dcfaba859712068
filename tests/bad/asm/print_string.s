; expect: 6:12: expected a string in double quotes
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .print a
    end
