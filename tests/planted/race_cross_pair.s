; Each vector core of the launch hands its row to the next one. Mode 1 holds for the two of a block only:
; between blocks it takes mode 0.
; args: --blocks 3
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.param  x, in,  f32[6, 64]
.param  w, scratch, f32[6, 64]
.param  y, out, f32[6, 64]
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
    mov     pn, 5
    add.s64 at, me, pn
    mov     pn, 6
    rem.s64 at, at, pn                                  ; the row before
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
    mov     at, 1 + (BUG << 4) + (5 << 8)
    set_cross_core.mte3 at
    wait_flag_dev #5
    mov_out_to_ub_align.b32 [rx], [pn], mv              ; <- RACE
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
