; V4 (asc-devkit best-practice sample): ND to NZ, 8192x8192 half, 48 cores as 8 x 6, tiles of 144
; rows x 128 columns, ping-pong. A copy in UB takes a row of a tile, eight blocks, a repeat and
; puts them 144 blocks apart: all eight into one bank group. 8.09 cycles a repeat, head included.
;
; Rows come in as 256 bytes, pieces of 4608 bytes go out; tiles of a row panel one after the
; other. Here a block does whole row panels of a smaller matrix; 8192 is no multiple of 144, the
; tail of the source is left out. Checked by tests/validate_kernels.sh, element by element.
; Open: repeats a copy instruction (taken as the 144 rows of a tile).
.kernel v4_nd2nz, core=aiv
.param  rows, u32 = 288, min=144, multiple=144
.param  cols, u32 = 256, min=256, multiple=256
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
    add.s64 px, px, across
    add.s64 py, py, piece                       ; W/16 columns of blocks further
.endm

v4_nd2nz:
    .reg    px:gm, py:gm, from:gm, to:gm, left, panel, panels, step, across = 2*W, piece, row, t
    .reg    zero = 0, rx[2]:ub = X, ry[2]:ub = Y, turn:vec1 = {repeat=H dst_blk=H dst_rep=1}
    .reg    in:align = {len_burst=2*W n_burst=H}, out:align = {len_burst=32*H n_burst=W/16}
    ldparam t, cols
    add.s64 row, t, t                           ; bytes of a row of x
    sub.s64 t, row, across
    mov     in.src_gap, t
    ldparam panels, rows
    shl.b64 piece, panels, 5                    ; bytes of a column of blocks of y
    mov     t, 32*H
    sub.s64 t, piece, t
    mov     out.dst_gap, t
    shl.b64 piece, piece, log2(W/16)
    mov     t, H
    div.s64 panels, panels, t                   ; row panels: blockid, + blockdim, ..
    mul.s64 row, row, t                         ; bytes of a panel of x
    mov     panel, blockid
    mov     step, blockdim
    ldparam from, x
    ldparam to, y
    arm     empty
    arm     saved
down:
    jumpcmp.ge.s64 panel, panels, done
    mul.s64 t, panel, row
    add.s64 px, from, t
    mov     t, 32*H
    mul.s64 t, panel, t
    add.s64 py, to, t
    ldparam left, cols
right:
    turn_tile 0
    turn_tile 1
    sub.s64 left, left, 2*W
    jumpcmp.gt.s64 left, zero, right
    add.s64 panel, panel, step
    jump    down
done:
    drain   empty
    drain   saved
    end
