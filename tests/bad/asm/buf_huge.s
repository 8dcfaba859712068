; expect: 3:13: the buffer is larger than any memory
.kernel k, core=aiv
.buf A, ub, f16[65536, 65536]
k:
    nop
    end
