; The rows of b are loaded between those of a, but their gap is one block too small: they hit rows
; of
; a, and MTE2 does not say which load comes last.
.kernel k, core=aiv
.param  a, in,  s32[8, 32]
.param  b, in,  s32[8, 32]
.param  y, out, s32[16, 32]
.buf    X, ub, s32[16, 32]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> s
k:
    .reg    p:gm, q:gm, even:ub = X, odd:ub = X + 128, want, got, at
    .reg    ma:align = {n_burst=8 len_burst=128 dst_gap=4}
    .reg    mb:align = {n_burst=8 len_burst=128 dst_gap=BUG ? 3 : 4}, all:align = {len_burst=2048}
    ldparam p, a
    ldparam q, b
    mov_out_to_ub_align.b32 [even], [p], ma             ; <- RACE other
    mov_out_to_ub_align.b32 [odd], [q], mb              ; <- RACE
    set     loaded
    wait    loaded
    mov     at, 4*32*3                                  ; row 3 of b is row 7 of y
    ld.b32  want, [q, at]
    ldparam p, y
    mov_ub_to_out_align.b32 [p], [even], all
    set     stored
    wait    stored
    mov     at, 4*32*7
    ld.b32  got, [p, at]
    .assert got == want, "row 3 of b"
    sub.s64 got, got, want
    end
