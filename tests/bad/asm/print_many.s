; expect: 6:12: the format asks for 1 value, 2 are given
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .print "%d", a, a
    end
