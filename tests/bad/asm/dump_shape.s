; expect: 6:14: expected an element type and a shape: f16[16, 16]
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .dump A, f16
    end
