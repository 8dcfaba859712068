; V waits for B[0] twice over: the id of the first tile stands where that of the second should.
.kernel k, core=aiv
.equ    T, 4096
.param  x, in,  f16[2*T]
.param  y, out, f16[2*T]
.ref    relu, x, max_ulp=0
.buf    X, ub, f16[T], copies=2
.flag   loaded, mte2 -> v, ids=2
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx[2]:ub = X, step = 2*T
    .reg    mv:align = {len_burst=2*T}, all:align = {len_burst=4*T}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx[0]], [px], mv
    set     loaded[0]
    add.s64 px, px, step
    mov_out_to_ub_align.b16 [rx[1]], [px], mv           ; <- RACE other
    set     loaded[1]
    wait    loaded[0]
    .if     !BUG
    wait    loaded[1]
    .endif
    vrelu.f16 [rx[0]], [rx[0]], v
    vrelu.f16 [rx[1]], [rx[1]], v                       ; <- RACE
    .if     BUG
    wait    loaded[1]
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx[0]], all
    end
