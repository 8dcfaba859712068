; MTE3 stores Y while V is still computing it: the last repeats of y arrive as they were before.
.kernel k, core=aiv
.param  x, in,  f32[2048]
.param  y, out, f32[2048]
.ref    muls, x, 0.5, max_ulp=0
.buf    X, ub, f32[2048]
.buf    Y, ub, f32[2048]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, half = f32(0.5)
    .reg    mv:align = {len_burst=8192}, v:vec1 = {repeat=32}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    vmuls.f32 [ry], [rx], half, v                       ; <- RACE other
    .if     !BUG
    set     done
    wait    done
    .endif
    mov_ub_to_out_align.b32 [py], [ry], mv              ; <- RACE
    end
