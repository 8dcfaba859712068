; One repeat too many: V reads the start of the next buffer as if it were x.
.kernel k, core=aiv
.param  x, in,  f32[512]
.param  y, out, f32[512]
.param  z, in, f32[512]
.ref    abs, x, max_ulp=0
.buf    X, ub, f32[512]
.buf    Z, ub, f32[512]
.buf    Y, ub, f32[576]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, rz:ub = Z
    .reg    mv:align = {len_burst=2048}, v:vec1 = {repeat=8+BUG}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    ldparam px, z
    mov_out_to_ub_align.b32 [rz], [px], mv
    set     loaded
    wait    loaded
    vabs.f32 [ry], [rx], v                              ; <- BOUNDS
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [ry], mv
    end
