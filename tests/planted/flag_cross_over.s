; The cube core sets flag 0 sixteen times before the vector cores take any: their counters hold 15.
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.param  x, in,  f32[2, 64]
.param  y, out, f32[2, 64]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[64]
.flag   loaded, mte2 -> mte3
cube:
    .scope
    .reg    each = 1 + (2 << 4), last = 1 + (2 << 4) + (1 << 8)
    .rept   15 + BUG
    set_cross_core.fix each                             ; <- FLAG
    .endr
    set_cross_core.fix last
    end
    .endscope
vector:
    .reg    px:gm, py:gm, at, rx:ub = X, mv:align = {len_burst=256}
    mov     at, subblockid
    shl.b64 at, at, 8
    ldparam px, x
    ldparam py, y
    add.s64 px, px, at
    add.s64 py, py, at
    wait_flag_dev #1
    .rept   15 + BUG
    wait_flag_dev #0
    .endr
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
