; The vector cores hand their rows to each other. The set stands in the queue of V, which has not
; waited for MTE3: the barrier before it is missing.
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.param  x, in,  f32[2, 64]
.param  w, scratch, f32[2, 64]
.param  y, out, f32[2, 64]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[64]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> mte2
cube:
    end
vector:
    .reg    px:gm, pw:gm, py:gm, pn:gm, at, me, rx:ub = X, mv:align = {len_burst=256}
    mov     me, subblockid
    mov     at, 1
    xor.b64 at, at, me
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
    wait    stored                                      ; holds MTE2, not V
    .if     !BUG
    bar.all
    .endif
    mov     at, 1 + (1 << 4) + (3 << 8)
    set_cross_core.v at
    wait_flag_dev #3
    mov_out_to_ub_align.b32 [rx], [pn], mv              ; <- RACE
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
