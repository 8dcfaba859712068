; expect: 6:16: unexpected 'a' after the statement
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .print "x" a
    end
