; D1-u1 (asc-devkit data-copy sample): GM to UB, 12288x12288 half read once by 48 cores in tiles of
; [1,64], one burst of 128 bytes an instruction, no compute. 49152 instructions a core take 20.6
; cycles of MTE2 time each: the rate at which instructions start, not at which bytes arrive.
;
; `moves` of each core, one row of tiles after the other, into a ring of 1024 places in UB.
; Open: the order of the tiles and whether the sample's buffers add flags; none are needed here.
; What the ring holds at the end is stored unless keep=0, so that y = x can be checked for up to
; 1024 moves.
.kernel d1_copy, core=aiv
.param  moves, u32 = 1024, min=1
.param  keep, u32 = 1, max=1
.param  x, in,  f16[blocks, moves, 64]
.param  y, out, f16[blocks, moves, 64]
.ref    copy, x, max_ulp=0
.blocks 1

.equ    RING, 1024
.buf    R, ub, f16[RING, 64]
.flag   loaded, mte2 -> mte3

d1_copy:
    .reg    px:gm, py:gm, mine, left, slot, zero = 0, step = 128, ring = RING*128-1, r:ub, t
    .reg    mv:align = {len_burst=128}, all:align = {len_burst=0}
    ldparam px, x
    ldparam left, moves
    shl.b64 mine, left, 7
    mov     t, blockid
    mul.s64 mine, mine, t                       ; bytes of the blocks before
    add.s64 px, px, mine
    mov     slot, 0
again:
    mov     r, R
    add.s64 r, r, slot
    mov_out_to_ub_align.b16 [r], [px], mv
    add.s64 px, px, step
    add.s64 slot, slot, step
    and.b64 slot, slot, ring
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    ldparam t, keep
    jumpcmp.le.s64 t, zero, done
    set     loaded
    wait    loaded
    ldparam py, y
    add.s64 py, py, mine
    ldparam left, moves
    mov     t, RING
    min.s64 left, left, t
    shl.b64 left, left, 7
    mov     all.len_burst, left
    mov     r, R
    mov_ub_to_out_align.b16 [py], [r], all
done:
    end
