; The flag is set before the load it stands for: V waits for nothing.
.kernel k, core=aiv
.param  x, in,  f16[8192]
.param  y, out, f16[8192]
.ref    muls, x, 2, max_ulp=0
.buf    X, ub, f16[8192]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, two = f16(2)
    .reg    mv:align = {len_burst=16384}, v:vec1 = {repeat=64}
    ldparam px, x
    ldparam py, y
    .if     BUG
    set     loaded
    mov_out_to_ub_align.b16 [rx], [px], mv              ; <- RACE other
    .else
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    .endif
    wait    loaded
    vmuls.f16 [rx], [rx], two, v                        ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
