; expect: 6:12: '%65d' is no conversion of .print
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .print "%65d", a
    end
