; A chain in place, with its third barrier forgotten: sqrt starts on numbers that exp has not
; written.
.kernel k, core=aiv
.param  x, in,  f32[3200]
.param  y, out, f32[3200]
.ref    exp, x, rtol=1e-5
.buf    X, ub, f32[3200]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, one = f32(1), less = f32(-1), two = f32(2)
    .reg    mv:align = {len_burst=12800}, v:vec1 = {repeat=50}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    vadds.f32 [rx], [rx], one, v
    bar.v
    vadds.f32 [rx], [rx], less, v
    bar.v
    vmuls.f32 [rx], [rx], two, v
    bar.v
    vexp.f32 [rx], [rx], v                              ; <- RACE other
    .if     !BUG
    bar.v
    .endif
    vsqrt.f32 [rx], [rx], v                             ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
