; D1-u3, u5, u7 (asc-devkit data-copy sample): GM to UB in tiles of h rows x w columns, no compute.
; u3: 12288x12288 half, every core reads its own rows in tiles of [64,1024]. u5: the same four
; times over. u7: 6144x512 in tiles of [128,64] that pass L2 by, all cores read all of it in the
; same order.
;
; Tiles of a row of tiles come one after the other. Nothing waits: no source says that the sample
; has flags, and nothing reads UB. `keep` stores the last tile of a block: y = x when a block has
; one tile.
; Open: order of the tiles; flags between them.
.kernel d1_tile, core=aiv
.param  rows, u32 = 256, min=1, multiple=h      ; of one block, with all=1 of the matrix
.param  cols, u32 = 1024, min=16, max=65535, multiple=w
.param  h, u32 = 64, min=1, max=4095
.param  w, u32 = 512, min=16, max=4096, multiple=16
.param  passes, u32 = 1, min=1
.param  all, u32 = 0, max=1                     ; every block reads everything
.param  past, u32 = 0, max=1                    ; past L2
.param  keep, u32 = 1, max=1
.param  x, in,  f16[blocks - all*(blocks-1), rows, cols]
.param  y, out, f16[blocks - all*(blocks-1), rows, cols]
.ref    copy, x, max_ulp=0
.blocks 1

.buf    UB, ub, u8[0x30000]
.flag   loaded, mte2 -> mte3

d1_tile:
    .reg    from:gm, px:gm, py:gm, left, right, turns, tall, wide, row, down, t, zero = 0, r:ub = UB
    .reg    in:align = {n_burst=0 len_burst=0 src_gap=0}, out:align = {len_burst=0}
    ldparam t, w
    add.s64 wide, t, t
    mov     in.len_burst, wide
    ldparam t, cols
    add.s64 row, t, t                           ; bytes of a row of x
    sub.s64 t, row, wide
    mov     in.src_gap, t
    ldparam tall, h
    mov     in.n_burst, tall
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
    mov_out_to_ub_align.b16 [r], [px], in
    add.s64 px, px, wide
    sub.s64 right, right, wide
    jumpcmp.gt.s64 right, zero, next
    add.s64 from, from, down
    sub.s64 left, left, tall
    jumpcmp.gt.s64 left, zero, next_row
    sub.s64 turns, turns, 1
    jumpcmp.gt.s64 turns, zero, again
    ldparam t, keep
    jumpcmp.le.s64 t, zero, done
    set     loaded
    wait    loaded
    ldparam py, y
    mul.s64 wide, wide, tall
    mov     t, blockid
    mul.s64 t, t, wide
    add.s64 py, py, t
    mov     out.len_burst, wide
    mov_ub_to_out_align.b16 [py], [r], out
done:
    end
