; expect: 3:13: expected an element type and a size: f16[1024]
.kernel k, core=aiv
.buf A, ub, f17[4]
k:
    nop
    end
