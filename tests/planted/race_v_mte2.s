; MTE2 loads tile 1 into X while V still reads tile 0: late repeats of tile 0 see tile 1.
.kernel k, core=aiv
.equ    T, 2048
.param  x, in,  f32[2*T]
.param  y, out, f32[2*T]
.ref    exp, x, rtol=1e-5, atol=1e-6
.buf    X, ub, f32[T]
.buf    Y, ub, f32[2*T]
.flag   loaded, mte2 -> v, ids=2
.flag   read,   v -> mte2
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, step = 4*T
    .reg    in:align = {len_burst=4*T}, out:align = {len_burst=8*T}, v:vec1 = {repeat=T/64}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], in
    set     loaded[0]
    wait    loaded[0]
    vexp.f32 [ry], [rx], v                              ; <- RACE other
    .if     !BUG
    set     read
    wait    read
    .endif
    add.s64 px, px, step
    add.s64 ry, ry, step
    mov_out_to_ub_align.b32 [rx], [px], in              ; <- RACE
    set     loaded[1]
    wait    loaded[1]
    vexp.f32 [ry], [rx], v
    sub.s64 ry, ry, step
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [ry], out
    end
