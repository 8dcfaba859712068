; N scores of WIDE bytes with their indices, sorted by the macro.
.include "dv.inc"
.ifndef WIDE
.set    WIDE, 4
.endif
.kernel sort, core=aiv
.param  x, in,  u8[N*WIDE]
.param  i, in,  u32[N]
.param  y, out, u32[2*N]
.buf    X, ub, b8[N*WIDE]
.buf    I, ub, u32[N]
.buf    A, ub, b64[N]
.buf    B, ub, b64[N]
.flag   here, mte2 -> v
.flag   done, v -> mte3
sort:
    .reg    p:gm, x:ub = X, i:ub = I, a:ub = A
    ldparam p, x
    gm_to_ub x, p, N*WIDE
    ldparam p, i
    gm_to_ub i, p, N*4
    set     here
    wait    here
    .if     WIDE == 4
    sort_records A, B, x, i, N
    .else
    sort_records A, B, x, i, N, type=f16
    .endif
    set     done
    wait    done
    ldparam p, y
    ub_to_gm p, a, N*8
    end
