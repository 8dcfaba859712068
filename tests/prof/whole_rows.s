; Moves of 16 KB from GM to L1, four places in turn: every request is a whole line, and longer rows
; would move no faster.
.kernel whole_rows, core=aic
.param  moves, u32 = 64, min=4, multiple=4
.param  x, in, u8[moves, 16384]

.buf    L, l1, u8[16384], copies=4

whole_rows:
    .reg    px:gm, left, step = 16384, zero = 0, l[4]:l1 = L, mv:burst = {len_burst=512}
    ldparam px, x
    ldparam left, moves
loop:
    .rept   4, p
    .allow  RACE, "nobody reads what arrives"
    mov_out_to_l1 [l[\p]], [px], mv
    add.s64 px, px, step
    sub.s64 left, left, 1
    .endr
    jumpcmp.gt.s64 left, zero, loop
    end
