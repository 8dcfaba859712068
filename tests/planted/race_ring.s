; A ring of eight buffers for twenty tiles. S waits for MTE3 every fourth tile and so keeps it within
; the ring; here it waits for a store of four tiles earlier than it should.
.kernel k, core=aiv
.equ    T, 256
.equ    TILES, 20
.equ    RING, 8
.equ    LAG, BUG ? 8 : 4
.param  x, in,  f32[TILES*T]
.param  y, out, f32[TILES*T]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[T], copies=RING
.flag   full, mte2 -> mte3, ids=RING
.flag   turn, mte3 -> s, ids=2
k:
    .reg    px:gm, py:gm, rx:ub = X, step = 4*T, mv:align = {len_burst=4*T}
    ldparam px, x
    ldparam py, y
    .rept   TILES, t
    mov     rx, X[\t % RING]
    mov_out_to_ub_align.b32 [rx], [px], mv              ; <- RACE
    set     full[\t % RING]
    wait    full[\t % RING]
    mov_ub_to_out_align.b32 [py], [rx], mv              ; <- RACE other
    .if     \t % 4 == 3
    .if     \t > LAG
    wait    turn[((\t - LAG) / 4) & 1]
    .endif
    set     turn[(\t / 4) & 1]
    .endif
    add.s64 px, px, step
    add.s64 py, py, step
    .endr
    .if     BUG
    wait    turn[1]
    .endif
    wait    turn[0]
    end
