; BAR.ALL in every round keeps load, computation and store from overlapping; three flags would do.
.kernel k, core=aiv
.equ    T, 4096
.param  tiles, u32 = 8, min=1
.param  x, in,  f16[tiles*T]
.param  y, out, f16[tiles*T]
.ref    relu, x, max_ulp=0
.buf    X, ub, f16[T]
.flag   full,  mte2 -> v
.flag   done,  v -> mte3
.flag   saved, mte3 -> mte2
k:
    .reg    px:gm, py:gm, rx:ub = X, step = 2*T, left, zero = 0
    .reg    mv:align = {len_burst=2*T}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    ldparam left, tiles
    .if     !BUG
    set     saved
    .endif
next:
    .if     BUG
    mov_out_to_ub_align.b16 [rx], [px], mv
    bar.all                                             ; <- BARRIER
    vrelu.f16 [rx], [rx], v
    bar.all                                             ; <- BARRIER
    mov_ub_to_out_align.b16 [py], [rx], mv
    bar.all                                             ; <- BARRIER
    .else
    wait    saved
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     full
    wait    full
    vrelu.f16 [rx], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    set     saved
    .endif
    add.s64 px, px, step
    add.s64 py, py, step
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, next
    .if     !BUG
    wait    saved
    .endif
    end
