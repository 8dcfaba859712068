; Scratch slots are dealt by block number modulo 32: with 60 blocks two cores share a slot. By core
; number they would not, as a core runs one block after the other.
; args: --blocks 60
.kernel k, core=aiv
.param  x, in,  f32[60, 64]
.param  t, scratch, f32[128, 64]
.param  y, out, f32[60, 64]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[64]
.buf    Y, ub, f32[64]
.flag   loaded, mte2 -> mte3, ids=2
.flag   stored, mte3 -> mte2
k:
    .reg    px:gm, pt:gm, py:gm, rx:ub = X, ry:ub = Y, at, slot, mask = 31, mv:align = {len_burst=256}
    ldparam px, x
    ldparam pt, t
    ldparam py, y
    mov     at, blockid
    and.b64 slot, at, mask
    .if     !BUG
    mov     slot, coreid
    .endif
    shl.b64 at, at, 8
    shl.b64 slot, slot, 8
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
