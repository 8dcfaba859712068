; expect: 4:11: 'ux' is no memory (gm ub l1 l0a l0b l0c bt fb)
.kernel k, core=aiv
k:
    .dump ux:0, f16[4]
    end
