; S puts the second four numbers into B while MTE3 still reads the first four: they are stored
; twice.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  s64[8]
.param  y, out, s64[8]
.ref    copy, x
.buf    B, ub, s64[4]
.flag   written, s -> mte3, ids=2
.flag   saved,   mte3 -> s
k:
    .reg    px:gm, py:gm, rb:ub = B, w, t, zero = 0, mv:align = {len_burst=32}
    ldparam px, x
    ldparam py, y
    ub_window w, B
    .rept   4, i
    ld.b64  t, [px, 8*\i]
    st.b64  t, [w, 8*\i]
    .endr
    set     written[0]
    wait    written[0]
    mov_ub_to_out_align.b32 [py], [rb], mv              ; <- RACE other
    mov     t, 500                                      ; S does something else meanwhile
busy:
    sub.s64 t, t, 1
    jumpcmp.gt.s64 t, zero, busy
    .if     !BUG
    set     saved
    wait    saved
    .endif
    .rept   4, i
    ld.b64  t, [px, 32+8*\i]
    st.b64  t, [w, 8*\i]                                ; <- RACE
    .endr
    add.s64 py, py, 32
    set     written[1]
    wait    written[1]
    mov_ub_to_out_align.b32 [py], [rb], mv
    end
