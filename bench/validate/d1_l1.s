; D1-l2, l4, l6 (asc-devkit data-copy sample): GM to L1, ND to NZ, in tiles of h rows x w columns,
; no compute, 24 cores. l2: 12288x12288 half, every core reads its own rows in tiles of [64,256].
; l4: tiles of [64,1024], the matrix four times over. l6: 6144x512 in tiles of [256,64] that pass
; L2 by, all cores read all of it in the same order.
;
; Tiles of a row of tiles come one after the other, nothing waits and nothing reads L1.
; Open: order of the tiles; flags between them.
.kernel d1_l1, core=aic
.param  rows, u32 = 256, min=1, multiple=h      ; of one block, with all=1 of the matrix
.param  cols, u32 = 1024, min=16, max=65535, multiple=w
.param  h, u32 = 64, min=16, max=256, multiple=16
.param  w, u32 = 256, min=16, max=1024, multiple=16
.param  passes, u32 = 1, min=1
.param  all, u32 = 0, max=1                     ; every block reads everything
.param  past, u32 = 0, max=1                    ; past L2
.param  x, in,  f16[blocks - all*(blocks-1), rows, cols]
.blocks 1

.buf    L1, l1, u8[0x80000]

d1_l1:
    .reg    from:gm, px:gm, left, right, turns, tall, wide, row, down, t, zero = 0, r:l1 = L1
    .reg    in:nd2nz = {n_value=0 d_value=0 src_d_value=0 dst_c0_stride=0}
    ldparam t, w
    add.s64 wide, t, t
    mov     in.d_value, t
    ldparam t, cols
    mov     in.src_d_value, t
    add.s64 row, t, t                           ; bytes of a row of x
    ldparam tall, h
    mov     in.n_value, tall
    mov     in.dst_c0_stride, tall
    mul.s64 down, row, tall                     ; bytes of a row of tiles
    ldparam t, past
    mov     in.sid, t
    ldparam turns, passes
again:
    ldparam from, x
    ldparam t, all
    jumpcmp.gt.s64 t, zero, same
    ldparam t, rows
    mul.s64 t, t, row
    mov     left, blockid
    mul.s64 t, t, left
    add.s64 from, from, t
same:
    ldparam left, rows
next_row:
    mov     px, from
    mov     right, row
next:
    mov_out_to_l1_multi_nd2nz.b16 [r], [px], in
    add.s64 px, px, wide
    sub.s64 right, right, wide
    jumpcmp.gt.s64 right, zero, next
    add.s64 from, from, down
    sub.s64 left, left, tall
    jumpcmp.gt.s64 left, zero, next_row
    sub.s64 turns, turns, 1
    jumpcmp.gt.s64 turns, zero, again
    end
