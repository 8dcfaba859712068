; The last tile skips the wait for the store before it, so one set of saved is left for the next
; kernel.
; args: tiles=3
.kernel k, core=aiv
.equ    T, 512
.param  tiles, u32 = 3, min=2
.param  x, in,  f32[tiles*T]
.param  y, out, f32[tiles*T]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[T]
.buf    L, ub, f32[T]
.flag   full,  mte2 -> mte3
.flag   saved, mte3 -> mte2
.flag   last,  mte2 -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, rl:ub = L, left, one = 1, step = 4*T
    .reg    mv:align = {len_burst=4*T}
    ldparam px, x
    ldparam py, y
    ldparam left, tiles
    set     saved
next:
    wait    saved
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     full
    wait    full
    mov_ub_to_out_align.b32 [py], [rx], mv
    set     saved                                       ; <- FLAG
    add.s64 px, px, step
    add.s64 py, py, step
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, one, next
    .if     !BUG
    wait    saved
    .endif
    mov_out_to_ub_align.b32 [rl], [px], mv
    set     last
    wait    last
    mov_ub_to_out_align.b32 [py], [rl], mv
    end
