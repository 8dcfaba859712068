; The buffer is given back where V has read it and once more at the end of the round: a second set
; without a wait.
.kernel k, core=aiv
.equ    T, 1024
.param  x, in,  f32[3*T]
.param  y, out, f32[3*T]
.ref    relu, x, max_ulp=0
.buf    X, ub, f32[T]
.buf    Y, ub, f32[3*T]
.flag   full,  mte2 -> v
.flag   empty, v -> mte2
.flag   done,  v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, first:ub = Y, step = 4*T, left = 3, zero = 0
    .reg    in:align = {len_burst=4*T}, out:align = {len_burst=12*T}, v:vec1 = {repeat=T/64}
    ldparam px, x
    ldparam py, y
    set     empty
next:
    wait    empty
    mov_out_to_ub_align.b32 [rx], [px], in
    set     full
    wait    full
    vrelu.f32 [ry], [rx], v
    set     empty                                       ; <- FLAG other
    add.s64 px, px, step
    add.s64 ry, ry, step
    sub.s64 left, left, 1
    .if     BUG
    set     empty                                       ; <- FLAG
    .endif
    jumpcmp.gt.s64 left, zero, next
    wait    empty
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [first], out
    end
