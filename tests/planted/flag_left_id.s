; Both buffers are armed and given back, but only the first is drained before END.
.kernel k, core=aiv
.equ    T, 1024
.param  x, in,  f32[4*T]
.param  y, out, f32[4*T]
.ref    abs, x, max_ulp=0
.buf    X, ub, f32[T], copies=2
.flag   full,  mte2 -> v, ids=2
.flag   done,  v -> mte3, ids=2
.flag   empty, mte3 -> mte2, ids=2
k:
    .reg    px:gm, py:gm, rx[2]:ub = X, step = 4*T, mv:align = {len_burst=4*T}
    .reg    v:vec1 = {repeat=T/64}
    ldparam px, x
    ldparam py, y
    arm     empty
    .rept   4, t
    wait    empty[\t & 1]
    mov_out_to_ub_align.b32 [rx[\t & 1]], [px], mv
    set     full[\t & 1]
    wait    full[\t & 1]
    vabs.f32 [rx[\t & 1]], [rx[\t & 1]], v
    set     done[\t & 1]
    wait    done[\t & 1]
    mov_ub_to_out_align.b32 [py], [rx[\t & 1]], mv
    set     empty[\t & 1]                               ; <- FLAG
    add.s64 px, px, step
    add.s64 py, py, step
    .endr
    wait    empty[0]
    .if     !BUG
    wait    empty[1]
    .endif
    end
