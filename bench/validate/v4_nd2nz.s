; V4 (asc-devkit best-practice sample): ND to NZ, 8192x8192 half, 48 cores as 8 x 6, tiles of 144
; rows x 128 columns, ping-pong. A copy in UB takes a row of a tile, eight blocks, a repeat and
; puts them 144 blocks apart: all eight into one bank group. 8.09 cycles a repeat, head included.
;
; Rows come in as 256 bytes, pieces of 4608 bytes go out; tiles of a row panel one after the
; other. Cores stand `across` side by side, the others below: each has cols/across columns and
; `tall` rows, the last ones what is left. Checked by tests/validate_kernels.sh, element by element.
; Open: which side of 8 x 6 is which (8 across: 8192/8 is whole tiles); how 8192 rows go over six
; (1376, a multiple of 16); repeats a copy instruction (taken as the 144 rows of a tile).
.kernel v4_nd2nz, core=aiv
.param  rows, u32 = 288, min=16, multiple=16
.param  cols, u32 = 256, min=256, max=16384, multiple=256
.param  across, u32 = 1, min=1, max=64
.param  tall, u32 = 288, min=16, multiple=16    ; rows of a core
.param  x, in,  f16[rows, cols]
.param  y, out, f16[cols/16, rows, 16]         ; no reference has this order
.blocks 1

.equ    H, 144
.equ    W, 128
.buf    X, ub, f16[H, W], copies=2
.buf    Y, ub, f16[W/16, H, 16], copies=2
.flag   full,  mte2 -> v,    ids=2
.flag   empty, v    -> mte2, ids=2
.flag   ready, v    -> mte3, ids=2
.flag   saved, mte3 -> v,    ids=2

.macro  turn_tile p
    wait    empty[\p]
    mov_out_to_ub_align.b16 [rx[\p]], [px], in
    set     full[\p]
    wait    full[\p]
    wait    saved[\p]
    vcopy.b16 [ry[\p]], [rx[\p]], turn
    set     empty[\p]
    set     ready[\p]
    wait    ready[\p]
    mov_ub_to_out_align.b16 [py], [ry[\p]], out
    set     saved[\p]
    add.s64 px, px, width_b
    add.s64 py, py, column                      ; W/16 columns of blocks further
.endm

v4_nd2nz:
    .reg    px:gm, py:gm, from:gm, to:gm, left, width, panels, width_b = 2*W, column, piece, row, t, h
    .reg    first, zero = 0, rx[2]:ub = X, ry[2]:ub = Y, turn:vec1 = {repeat=0 dst_blk=H dst_rep=1}
    .reg    in:align = {len_burst=2*W n_burst=0 src_gap=0}
    .reg    out:align = {len_burst=0 n_burst=W/16 src_gap=0 dst_gap=0}
    ldparam t, cols
    add.s64 row, t, t                           ; bytes of a row of x
    sub.s64 h, row, width_b
    mov     in.src_gap, h
    ldparam left, across
    div.s64 width, t, left                      ; columns of a core
    mov     t, blockid
    div.s64 first, t, left                      ; which of the rows of cores
    mul.s64 h, first, left
    sub.s64 column, t, h
    mul.s64 column, column, width               ; first column
    ldparam panels, tall
    mul.s64 first, first, panels                ; first row
    ldparam t, rows
    shl.b64 piece, t, 5                         ; bytes of a column of blocks of y
    sub.s64 t, t, first
    min.s64 panels, panels, t                   ; rows of this core
    ldparam from, x
    add.s64 t, column, column
    add.s64 from, from, t
    mul.s64 t, first, row
    add.s64 from, from, t
    ldparam to, y
    shr.s64 t, column, 4
    mul.s64 t, t, piece
    add.s64 to, to, t
    shl.b64 t, first, 5
    add.s64 to, to, t
    arm     empty
    arm     saved
    jumpcmp.le.s64 panels, zero, done
down:
    mov     h, H
    min.s64 h, h, panels                        ; rows of this panel
    mov     in.n_burst, h
    mov     turn.repeat, h
    shl.b64 t, h, 5
    mov     out.len_burst, t
    sub.s64 column, piece, t
    mov     out.dst_gap, column
    mov     column, H
    sub.s64 column, column, h
    mov     out.src_gap, column
    shl.b64 column, piece, log2(W/16)
    mov     px, from
    mov     py, to
    mov     left, width
right:
    turn_tile 0
    turn_tile 1
    sub.s64 left, left, 2*W
    jumpcmp.gt.s64 left, zero, right
    add.s64 to, to, t
    mul.s64 t, h, row
    add.s64 from, from, t
    sub.s64 panels, panels, h
    jumpcmp.gt.s64 panels, zero, down
done:
    drain   empty
    drain   saved
    end
