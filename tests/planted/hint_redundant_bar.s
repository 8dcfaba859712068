; Two barriers of V with nothing of V between them: the second waits for nothing and costs its slot.
.kernel k, core=aiv
.param  x, in,  f32[1024]
.param  y, out, f32[1024]
.ref    muls, x, 0.25, max_ulp=0
.buf    X, ub, f32[1024]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, rx:ub = X, half = f32(0.5), mv:align = {len_burst=4096}, v:vec1 = {repeat=16}
    ldparam p, x
    mov_out_to_ub_align.b32 [rx], [p], mv
    set     loaded
    wait    loaded
    vmuls.f32 [rx], [rx], half, v
    bar.v
    ldparam p, y
    .if     BUG
    bar.v                                               ; <- REDUNDANT
    .endif
    vmuls.f32 [rx], [rx], half, v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [p], [rx], mv
    end
