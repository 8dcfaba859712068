; S clears B while MTE3 may still read it: this time the store is long over, nothing says that it
; must be.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  s32[8]
.param  y, out, s32[16]
.buf    B, ub, s32[8]
.flag   loaded,  mte2 -> mte3
.flag   saved,   mte3 -> s
.flag   written, s -> mte3
.flag   stored,  mte3 -> s
k:
    .reg    px:gm, py:gm, rb:ub = B, w, zero = 0, left = 400, got, want, mv:align = {len_burst=32}
    ldparam px, x
    ldparam py, y
    ub_window w, B
    ld.b32  want, [px, 28]
    mov_out_to_ub_align.b32 [rb], [px], mv
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rb], mv              ; <- RACE other
    .if     !BUG
    set     saved
    wait    saved
    .endif
busy:                                               ; S does something else meanwhile
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, busy
    .rept   4, i
    st.b64  zero, [w, 8*\i]                             ; <- RACE
    .endr
    set     written
    wait    written
    add.s64 py, py, 32
    mov_ub_to_out_align.b32 [py], [rb], mv
    set     stored
    wait    stored
    sub.s64 py, py, 32
    ld.b32  got, [py, 28]
    .assert got == want, "x was stored before B was cleared"
    sub.s64 got, got, want
    ld.b32  got, [py, 32]
    .assert got == 0, "and then zeros"
    sub.s64 got, got, want
    end
