; The length of a burst counts blocks of 32 bytes, here it is given in bytes: 32 times too much.
.kernel k, core=aiv
.param  x, in,  f32[512]
.param  y, out, f32[512]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[512]
.flag   loaded, mte2 -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X
    .reg    in:burst = {len_burst=BUG ? 2048 : 64}, out:burst = {len_burst=64}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub [rx], [px], in                        ; <- BOUNDS
    set     loaded
    wait    loaded
    mov_ub_to_out [py], [rx], out
    end
