; The pipe is drained once more than it was armed: the last wait, just before END, never ends.
.kernel k, core=aiv
.param  x, in,  f16[256]
.param  y, out, f16[256]
.ref    copy, x, max_ulp=0
.buf    X, ub, f16[256]
.flag   loaded, mte2 -> mte3
.flag   saved,  mte3 -> mte2
k:
    .reg    px:gm, py:gm, rx:ub = X, mv:align = {len_burst=512}
    ldparam px, x
    ldparam py, y
    arm     saved
    wait    saved
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b16 [py], [rx], mv
    set     saved
    drain   saved
    .if     BUG
    drain   saved                                       ; <- DEADLOCK
    .endif
    end
