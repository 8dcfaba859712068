; Blocks share two slots of scratch by their parity; with four blocks, 0 and 2 work in one slot at
; the same time.
; args: --blocks 4
.kernel k, core=aiv
.param  x, in,  f32[4, 128]
.param  t, scratch, f32[4, 128]
.param  y, out, f32[4, 128]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[128]
.buf    Y, ub, f32[128]
.flag   loaded, mte2 -> mte3, ids=2
.flag   stored, mte3 -> mte2
k:
    .reg    px:gm, pt:gm, py:gm, rx:ub = X, ry:ub = Y, at, slot, one = 1, mv:align = {len_burst=512}
    ldparam px, x
    ldparam pt, t
    ldparam py, y
    mov     slot, blockid
    shl.b64 at, slot, 9
    .if     BUG
    and.b64 slot, slot, one
    .else
    mul.s64 slot, slot, one
    .endif
    shl.b64 slot, slot, 9
    add.s64 px, px, at
    add.s64 py, py, at
    add.s64 pt, pt, slot
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded[0]
    wait    loaded[0]
    mov_ub_to_out_align.b32 [pt], [rx], mv              ; <- RACE
    set     stored
    wait    stored
    mov_out_to_ub_align.b32 [ry], [pt], mv              ; <- RACE other
    set     loaded[1]
    wait    loaded[1]
    mov_ub_to_out_align.b32 [py], [ry], mv
    end
