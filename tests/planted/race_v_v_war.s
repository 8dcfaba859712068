; The second instruction writes X while the first still reads it; V orders starts, not completion.
.kernel k, core=aiv
.param  x, in,  f32[1024]
.param  y, out, f32[1024]
.param  z, out, f32[1024]
.ref    abs, x, y, max_ulp=0
.buf    X, ub, f32[1024]
.buf    Y, ub, f32[1024]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, rx:ub = X, ry:ub = Y, mv:align = {len_burst=4096}, v:vec1 = {repeat=16}
    ldparam p, x
    mov_out_to_ub_align.b32 [rx], [p], mv
    set     loaded
    wait    loaded
    vabs.f32 [ry], [rx], v                              ; <- RACE other
    .if     !BUG
    bar.v
    .endif
    vrelu.f32 [rx], [rx], v                             ; <- RACE
    set     done
    wait    done
    ldparam p, y
    mov_ub_to_out_align.b32 [p], [ry], mv
    ldparam p, z
    mov_ub_to_out_align.b32 [p], [rx], mv
    end
