; expect: 3:26: there is no buffer 'B'
.kernel k, core=aiv
.buf A, ub, f16[4], with=B
k:
    nop
    end
