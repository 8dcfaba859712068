; The load is announced to MTE3, but it is V that reads it first.
.kernel k, core=aiv
.param  x, in,  f32[2560]
.param  y, out, f32[2560]
.ref    adds, x, 1, max_ulp=0
.buf    X, ub, f32[2560]
.if     !BUG
.flag   loaded,  mte2 -> v
.endif
.if     BUG
.flag   loaded3, mte2 -> mte3
.endif
.flag   done,    v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, one = f32(1)
    .reg    mv:align = {len_burst=10240}, v:vec1 = {repeat=40}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv              ; <- RACE other
    .if     BUG
    set     loaded3
    wait    loaded3
    .else
    set     loaded
    wait    loaded
    .endif
    vadds.f32 [rx], [rx], one, v                        ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
