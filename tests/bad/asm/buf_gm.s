; expect: 3:9: 'gm' is no local memory (ub l1 l0a l0b l0c bt fb)
.kernel k, core=aiv
.buf A, gm, f16[4]
k:
    nop
    end
