; expect: 6:15: buffer 'A' has copies 0..1, there is no 2
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .assert A[2] == a, "x"
    end
