; expect: 3:6: expected a buffer name
.kernel k, core=aiv
.buf 3A, ub, f16[4]
k:
    nop
    end
