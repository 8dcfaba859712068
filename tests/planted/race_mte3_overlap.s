; The last tile is moved back to be whole, so two stores overlap in y; without BAR.MTE3 either may
; win.
.kernel k, core=aiv
.param  a, in,  f16[256]
.param  b, in,  f16[256]
.param  y, out, f16[400]
.param  z, out, f16[256]
.ref    copy, b, z, max_ulp=0
.buf    A, ub, f16[256]
.buf    B, ub, f16[256]
.flag   loaded, mte2 -> mte3
k:
    .reg    p:gm, q:gm, ra:ub = A, rb:ub = B, mv:align = {len_burst=512}
    ldparam p, a
    mov_out_to_ub_align.b16 [ra], [p], mv
    ldparam p, b
    mov_out_to_ub_align.b16 [rb], [p], mv
    set     loaded
    wait    loaded
    ldparam p, y
    add.s64 q, p, 2*(400-256)
    mov_ub_to_out_align.b16 [p], [ra], mv               ; <- RACE other
    .if     !BUG
    bar.mte3
    .endif
    mov_ub_to_out_align.b16 [q], [rb], mv               ; <- RACE
    ldparam p, z
    mov_ub_to_out_align.b16 [p], [rb], mv
    end
