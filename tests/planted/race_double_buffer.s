; Two buffers, but flags for three tiles in flight: tile t is loaded over tile t - 2 while that is
; still stored.
.kernel k, core=aiv
.equ    T, 4096
.equ    TILES, 6
.equ    IDS, BUG ? 3 : 2
.param  x, in,  f16[TILES*T]
.param  y, out, f16[TILES*T]
.ref    abs, x, max_ulp=0
.buf    X, ub, f16[T], copies=2
.flag   full,  mte2 -> v, ids=IDS
.flag   empty, mte3 -> mte2, ids=IDS
.flag   done,  v -> mte3, ids=IDS
k:
    .reg    px:gm, py:gm, rx[2]:ub = X, step = 2*T
    .reg    mv:align = {len_burst=2*T}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    arm     empty
    .rept   TILES, p
    wait    empty[\p % IDS]
    mov_out_to_ub_align.b16 [rx[\p % 2]], [px], mv      ; <- RACE
    set     full[\p % IDS]
    wait    full[\p % IDS]
    vabs.f16 [rx[\p % 2]], [rx[\p % 2]], v
    set     done[\p % IDS]
    wait    done[\p % IDS]
    mov_ub_to_out_align.b16 [py], [rx[\p % 2]], mv      ; <- RACE other
    set     empty[\p % IDS]
    add.s64 px, px, step
    add.s64 py, py, step
    .endr
    drain   empty
    end
