; MTE3 stores eight numbers that S has only just put into UB: y may miss the last of them.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  s32[8]
.param  y, out, s32[8]
.ref    copy, x
.buf    B, ub, s32[8]
.flag   written, s -> mte3
k:
    .reg    px:gm, py:gm, rb:ub = B, w, t, mv:align = {len_burst=32}
    ldparam px, x
    ldparam py, y
    ub_window w, B
    .rept   4, i
    ld.b64  t, [px, 8*\i]
    st.b64  t, [w, 8*\i]                                ; <- RACE other
    .endr
    .if     !BUG
    set     written
    wait    written
    .endif
    mov_ub_to_out_align.b32 [py], [rb], mv              ; <- RACE
    end
