; MTE2 runs ahead of V with one event id for every tile: two sets become one bit, and V waits for
; a set that is lost.
.kernel k, core=aiv
.equ    T, 2048
.param  tiles, u32 = 4, min=1, max=16
.param  x, in,  f16[tiles*T]
.param  y, out, f16[tiles*T]
.ref    abs, x, max_ulp=0
.buf    X, ub, f16[16*T]
.flag   full,  mte2 -> v
.flag   seen,  v -> mte2
.flag   done,  v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, first:ub = X, step = 2*T, left, zero = 0, bytes
    .reg    in:align = {len_burst=2*T}, out:align = {len_burst=0}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    ldparam left, tiles
    mul.s64 bytes, left, step
    mov     out.len_burst, bytes
    .if     !BUG
    set     seen
    .endif
next:
    .if     !BUG
    wait    seen
    .endif
    mov_out_to_ub_align.b16 [rx], [px], in
    set     full                                        ; <- FLAG
    wait    full                                        ; <- FLAG other
    .if     !BUG
    set     seen
    .endif
    vabs.f16 [rx], [rx], v
    add.s64 px, px, step
    add.s64 rx, rx, step
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, next
    .if     !BUG
    wait    seen
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [first], out
    end
