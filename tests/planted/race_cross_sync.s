; The vector cores meet without waiting for their own stores: the set stands in the queue of V.
; args: --blocks 2
.include "dv.inc"
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.param  x, in,  f32[4, 64]
.param  w, scratch, f32[4, 64]
.param  y, out, f32[4, 64]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[64]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> mte2
cube:
    end
vector:
    .reg    px:gm, pw:gm, py:gm, pn:gm, at, me, rx:ub = X, mv:align = {len_burst=256}
    mov     me, blockid
    shl.b64 me, me, 1
    mov     at, subblockid
    add.s64 me, me, at
    add.s64 at, me, 3
    mov     pn, 3
    and.b64 at, at, pn
    shl.b64 me, me, 8
    shl.b64 at, at, 8
    ldparam px, x
    ldparam pw, w
    ldparam py, y
    add.s64 px, px, me
    add.s64 py, py, at
    add.s64 pn, pw, at
    add.s64 pw, pw, me
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [pw], [rx], mv              ; <- RACE other
    set     stored
    wait    stored
    .if     BUG
    cross_set v, 0, 14
    wait_flag_dev #14
    .else
    sync_vectors
    .endif
    mov_out_to_ub_align.b32 [rx], [pn], mv              ; <- RACE
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
