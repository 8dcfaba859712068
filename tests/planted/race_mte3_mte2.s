; MTE2 loads tile 1 over tile 0 before MTE3 has stored it: some of tile 0 in y is data of tile 1.
.kernel k, core=aiv
.equ    T, 8192
.param  x, in,  f16[2*T]
.param  y, out, f16[2*T]
.ref    copy, x, max_ulp=0
.buf    X, ub, f16[T]
.flag   loaded, mte2 -> mte3, ids=2
.flag   saved,  mte3 -> mte2
k:
    .reg    px:gm, py:gm, rx:ub = X, step = 2*T, mv:align = {len_burst=2*T}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded[0]
    wait    loaded[0]
    mov_ub_to_out_align.b16 [py], [rx], mv              ; <- RACE other
    .if     !BUG
    set     saved
    wait    saved
    .endif
    add.s64 px, px, step
    add.s64 py, py, step
    mov_out_to_ub_align.b16 [rx], [px], mv              ; <- RACE
    set     loaded[1]
    wait    loaded[1]
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
