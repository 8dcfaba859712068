; S takes four numbers at once from UB, the last of which MTE2 has not been asked about.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  s64[8]
.param  y, out, s64[8]
.ref    copy, x
.buf    A, ub, s64[8]
.flag   here,    mte2 -> s, ids=2
.flag   written, s -> mte3
.buf    B, ub, s64[8]
k:
    .reg    px:gm, py:gm, ra:ub = A, rb:ub = B, from, to, left = 600, zero = 0
    .reg    first:align = {len_burst=32}, all:align = {len_burst=64}
    ldparam px, x
    ldparam py, y
    ub_window from, A
    ub_window to, B
    mov_out_to_ub_align.b32 [ra], [px], first
    set     here[0]
    add.s64 px, px, 32
    add.s64 ra, ra, 32
    mov_out_to_ub_align.b32 [ra], [px], first           ; <- RACE other
    .if     !BUG
    set     here[1]
    .endif
    wait    here[0]
busy:                                                   ; S does something else meanwhile
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, busy
    ld4.s64 x20, [from, 0]
    st4.s64 x20, [to, 0]
    .if     !BUG
    wait    here[1]
    .endif
    ld4.s64 x20, [from, 32]                             ; <- RACE
    st4.s64 x20, [to, 32]
    set     written
    wait    written
    mov_ub_to_out_align.b32 [py], [rb], all
    end
