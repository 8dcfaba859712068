; expect: 6:12: an address in ub cannot go into a register for gm
.kernel k, core=aiv
.buf A, ub, f16[64]
k:
    .reg a:ub = A, p:gm
    mov p, a
    end
