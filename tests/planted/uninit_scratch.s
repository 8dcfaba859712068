; The scratch tensor is read before its second half has been written: what GM held goes to y.
.kernel k, core=aiv
.param  x, in,  s32[512]
.param  t, scratch, s32[512]
.param  y, out, s32[512]
.ref    copy, x
.buf    X, ub, s32[512]
.buf    Y, ub, s32[512]
.flag   loaded, mte2 -> mte3, ids=2
.flag   stored, mte3 -> mte2
k:
    .reg    px:gm, pt:gm, py:gm, rx:ub = X, ry:ub = Y
    .reg    part:align = {len_burst=BUG ? 1024 : 2048}, all:align = {len_burst=2048}
    ldparam px, x
    ldparam pt, t
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], all
    set     loaded[0]
    wait    loaded[0]
    mov_ub_to_out_align.b32 [pt], [rx], part
    set     stored
    wait    stored
    mov_out_to_ub_align.b32 [ry], [pt], all
    set     loaded[1]
    wait    loaded[1]
    mov_ub_to_out_align.b32 [py], [ry], all             ; <- UNINIT
    end
