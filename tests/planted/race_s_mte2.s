; MTE2 loads the next block while the load by S of the old one may still be on its way: first is
; of block 1.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  s32[16]
.param  y, out, s32[16]
.ref    copy, x
.buf    B, ub, s32[8]
.flag   here,   mte2 -> s
.flag   seen,   s -> mte2
.flag   loaded, mte2 -> mte3, ids=2
.flag   saved,  mte3 -> mte2
k:
    .reg    px:gm, py:gm, rb:ub = B, w, first, want, mv:align = {len_burst=32}
    ldparam px, x
    ldparam py, y
    ub_window w, B
    ld.b32  want, [px, 0]
    mov_out_to_ub_align.b32 [rb], [px], mv
    set     here
    set     loaded[0]
    wait    loaded[0]
    mov_ub_to_out_align.b32 [py], [rb], mv
    set     saved
    wait    here
    ld.b32  first, [w, 0]                               ; <- RACE other
    .if     !BUG
    set     seen
    wait    seen
    .endif
    wait    saved
    add.s64 px, px, 32
    mov_out_to_ub_align.b32 [rb], [px], mv              ; <- RACE
    set     loaded[1]
    wait    loaded[1]
    add.s64 py, py, 32
    mov_ub_to_out_align.b32 [py], [rb], mv
    .assert first == want, "the element that S saw"
    sub.s64 first, first, want
    end
