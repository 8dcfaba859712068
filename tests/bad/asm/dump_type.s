; expect: 5:14: expected an element type and a shape: f16[16, 16]
.kernel k, core=aiv
.buf A, ub, f16[4]
k:
    .dump A, f17[4]
    end
