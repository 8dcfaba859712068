; MTE2 reads back the scratch tensor that MTE3 is still writing: y holds old bytes of t.
.kernel k, core=aiv
.param  x, in,  f32[1024]
.param  t, scratch, f32[1024]
.param  y, out, f32[1024]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[1024]
.buf    Y, ub, f32[1024]
.flag   loaded, mte2 -> mte3, ids=2
.flag   stored, mte3 -> mte2
k:
    .reg    px:gm, pt:gm, py:gm, rx:ub = X, ry:ub = Y, mv:align = {len_burst=4096}
    ldparam px, x
    ldparam pt, t
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded[0]
    wait    loaded[0]
    mov_ub_to_out_align.b32 [pt], [rx], mv              ; <- RACE other
    .if     !BUG
    set     stored
    wait    stored
    .endif
    mov_out_to_ub_align.b32 [ry], [pt], mv              ; <- RACE
    set     loaded[1]
    wait    loaded[1]
    mov_ub_to_out_align.b32 [py], [ry], mv
    end
