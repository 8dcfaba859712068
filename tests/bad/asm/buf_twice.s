; expect: 4:6: 'A' is already a buffer, defined at buf_twice.s:3
.kernel k, core=aiv
.buf A, ub, f16[4]
.buf A, ub, f16[4]
k:
    nop
    end
