; The wait stands behind the instruction it should hold back.
.kernel k, core=aiv
.param  x, in,  f32[4096]
.param  y, out, f32[4096]
.ref    sqrt, x, rtol=1e-6
; args: x=iota
.buf    X, ub, f32[4096]
.buf    Y, ub, f32[4096]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y
    .reg    mv:align = {len_burst=16384}, v:vec1 = {repeat=64}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv              ; <- RACE other
    set     loaded
    .if     !BUG
    wait    loaded
    .endif
    vsqrt.f32 [ry], [rx], v                             ; <- RACE
    .if     BUG
    wait    loaded
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [ry], mv
    end
