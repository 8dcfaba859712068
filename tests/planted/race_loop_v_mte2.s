; V gives X back before it has read it: from the second round on MTE2 loads over what V reads.
.kernel k, core=aiv
.equ    T, 4096
.param  tiles, u32 = 5, min=1
.param  x, in,  f16[tiles*T]
.param  y, out, f16[tiles*T]
.ref    abs, x, max_ulp=0
.buf    X, ub, f16[T]
.buf    Y, ub, f16[T]
.flag   full,  mte2 -> v
.flag   empty, v -> mte2
.flag   done,  v -> mte3
.flag   saved, mte3 -> v
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, step = 2*T, left, zero = 0
    .reg    mv:align = {len_burst=2*T}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    ldparam left, tiles
    set     empty
    set     saved
next:
    wait    empty
    mov_out_to_ub_align.b16 [rx], [px], mv              ; <- RACE
    set     full
    wait    full
    wait    saved
    .if     BUG
    set     empty
    .endif
    vabs.f16 [ry], [rx], v                              ; <- RACE other
    .if     !BUG
    set     empty
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [ry], mv
    set     saved
    add.s64 px, px, step
    add.s64 py, py, step
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, next
    wait    empty
    wait    saved
    end
