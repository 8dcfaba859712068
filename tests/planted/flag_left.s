; The last set of saved is never waited for: the next kernel on this core starts with the flag
; raised.
.kernel k, core=aiv
.param  x, in,  f16[2048]
.param  y, out, f16[2048]
.ref    copy, x, max_ulp=0
.buf    X, ub, f16[1024]
.flag   loaded, mte2 -> mte3, ids=2
.flag   saved,  mte3 -> mte2
k:
    .reg    px:gm, py:gm, rx:ub = X, step = 2048, mv:align = {len_burst=2048}
    ldparam px, x
    ldparam py, y
    .rept   2, p
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded[\p]
    wait    loaded[\p]
    mov_ub_to_out_align.b16 [py], [rx], mv
    .if     BUG || !\p
    set     saved                                       ; <- FLAG
    .endif
    .if     !\p
    wait    saved
    .endif
    add.s64 px, px, step
    add.s64 py, py, step
    .endr
    end
