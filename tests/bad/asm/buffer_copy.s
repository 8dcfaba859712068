; expect: 5:15: buffer 'A' has copies 0..1, there is no 2
.kernel k, core=aiv
.buf A, ub, f16[64], copies=2
k:
    mov x1, A[2]
    end
