; Block 1 reads the part of t that block 0 writes; on silicon nothing says that block 0 is first.
; args: --blocks 2
.kernel k, core=aiv
.param  x, in,  f16[1024]
.param  t, scratch, f16[1024]
.param  y, out, f16[1024]
.ref    copy, x, max_ulp=0
.buf    X, ub, f16[512]
.buf    Y, ub, f16[512]
.flag   loaded, mte2 -> mte3, ids=2
.flag   stored, mte3 -> mte2
k:
    .reg    px:gm, pt:gm, py:gm, rx:ub = X, ry:ub = Y, at, mv:align = {len_burst=1024}
    ldparam px, x
    ldparam pt, t
    ldparam py, y
    mov     at, blockid
    shl.b64 at, at, 10
    add.s64 px, px, at
    add.s64 pt, pt, at
    add.s64 py, py, at
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded[0]
    wait    loaded[0]
    mov_ub_to_out_align.b16 [pt], [rx], mv              ; <- RACE other
    set     stored
    wait    stored
    .if     BUG
    ldparam pt, t                                       ; always the first half
    .endif
    mov_out_to_ub_align.b16 [ry], [pt], mv              ; <- RACE
    set     loaded[1]
    wait    loaded[1]
    mov_ub_to_out_align.b16 [py], [ry], mv
    end
