; expect: 5:14: at most 4096 elements and 8 dimensions are dumped
.kernel k, core=aiv
.buf A, ub, f16[4]
k:
    .dump A, f16[128, 64]
    end
