; y = the left half of every row of x: the copy is right and slow, because each row is a burst of
; 128 bytes of its own. Tiles of 512 rows, two in flight.
.kernel copy_rows, core=aiv
.param  tiles, u32 = 24, min=2, max=1024, multiple=2
.param  x, in,  f16[512*tiles, 128]
.param  y, out, f16[512*tiles, 64]

.equ    ROWS, 512
.equ    WIDE, 128                         ; bytes of a row that are copied
.buf    T, ub, f16[ROWS*WIDE/2], copies=2
.flag   full,  mte2 -> mte3, ids=2
.flag   empty, mte3 -> mte2, ids=2

copy_rows:
    .reg    px:gm, py:gm, left, zero = 0, two = 2, t[2]:ub = T
    .reg    in:align = {len_burst=WIDE n_burst=ROWS src_gap=WIDE}
    .reg    out:align = {len_burst=WIDE n_burst=ROWS}, stepx = 2*ROWS*WIDE, stepy = ROWS*WIDE
    ldparam px, x
    ldparam py, y
    ldparam left, tiles
    arm     empty
loop:
    .rept   2, p
    wait    empty[\p]
    mov_out_to_ub_align.b16 [t[\p]], [px], in
    set     full[\p]
    wait    full[\p]
    mov_ub_to_out_align.b16 [py], [t[\p]], out
    set     empty[\p]
    add.s64 px, px, stepx
    add.s64 py, py, stepy
    .endr
    sub.s64 left, left, two
    jumpcmp.gt.s64 left, zero, loop
    drain   empty
    end
