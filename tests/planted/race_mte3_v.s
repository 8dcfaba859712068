; V computes tile 1 into Y while MTE3 still reads tile 0 there: the end of tile 0 is of tile 1.
.kernel k, core=aiv
.equ    T, 4096
.param  x, in,  f16[2*T]
.param  y, out, f16[2*T]
.ref    relu, x, max_ulp=0
.buf    X, ub, f16[2*T]
.buf    Y, ub, f16[T]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3, ids=2
.flag   saved,  mte3 -> v
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, step = 2*T
    .reg    in:align = {len_burst=4*T}, out:align = {len_burst=2*T}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], in
    set     loaded
    wait    loaded
    vrelu.f16 [ry], [rx], v
    set     done[0]
    wait    done[0]
    mov_ub_to_out_align.b16 [py], [ry], out             ; <- RACE other
    .if     !BUG
    set     saved
    wait    saved
    .endif
    add.s64 rx, rx, step
    add.s64 py, py, step
    vrelu.f16 [ry], [rx], v                             ; <- RACE
    set     done[1]
    wait    done[1]
    mov_ub_to_out_align.b16 [py], [ry], out
    end
