; S waits for V and then dispatches the next load, so the load is behind V without a flag of its own;
; S that waits only for the load is not enough.
; args: x=ones
.kernel k, core=aiv
.equ    T, 1024
.param  x, in,  f32[2*T]
.param  y, out, f32[2*T]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[T]
.buf    Y, ub, f32[2*T]
.flag   loaded, mte2 -> v, ids=2
.flag   here,   mte2 -> s
.flag   read,   v -> s
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, first:ub = Y, step = 4*T
    .reg    in:align = {len_burst=4*T}, out:align = {len_burst=8*T}, v:vec1 = {repeat=T/64}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], in
    set     loaded[0]
    set     here
    wait    loaded[0]
    vabs.f32 [ry], [rx], v                              ; <- RACE other
    set     read
    wait    here
    .if     !BUG
    wait    read
    .endif
    add.s64 px, px, step
    add.s64 ry, ry, step
    mov_out_to_ub_align.b32 [rx], [px], in              ; <- RACE
    .if     BUG
    wait    read
    .endif
    set     loaded[1]
    wait    loaded[1]
    vabs.f32 [ry], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [first], out
    end
