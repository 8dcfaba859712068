; V gives the buffer back to MTE3, but it is MTE2 that waits for it.
.kernel k, core=aiv
.equ    T, 1024
.param  x, in,  f16[2*T]
.param  y, out, f16[2*T]
.ref    abs, x, max_ulp=0
.buf    X, ub, f16[T]
.buf    Y, ub, f16[2*T]
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2
.if     BUG
.flag   wrong, v -> mte3
.endif
.flag   done,  v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, first:ub = Y, step = 2*T
    .reg    in:align = {len_burst=2*T}, out:align = {len_burst=4*T}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], in
    set     full[0]
    wait    full[0]
    vabs.f16 [ry], [rx], v
    .if     BUG
    set     wrong
    .else
    set     empty
    .endif
    wait    empty                                       ; <- DEADLOCK
    add.s64 px, px, step
    add.s64 ry, ry, step
    mov_out_to_ub_align.b16 [rx], [px], in
    set     full[1]
    wait    full[1]
    vabs.f16 [ry], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [first], out
    .if     BUG
    wait    wrong
    .endif
    end
