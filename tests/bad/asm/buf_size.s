; expect: 3:16: expected [elements] after 'f16'
.kernel k, core=aiv
.buf A, ub, f16
k:
    nop
    end
