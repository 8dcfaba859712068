; D2 (scan repository): a copy of n half elements on 40 vector cores, an element-wise clone timed on
; the host side. The tiling of the library's kernel is not published: here every core has n / 40
; elements in tiles of `tile`, double-buffered.
; Open: tiling, buffers and scalar work of the clone; whether the time holds the launch by the host.
.kernel d2_copy, core=aiv
.param  n, u32 = 2048, min=16, multiple=16      ; of one block
.param  tile, u32 = 32768, min=1024, max=49152, multiple=16
.param  x, in,  f16[blocks, n]
.param  y, out, f16[blocks, n]
.ref    copy, x, max_ulp=0
.blocks 1

.buf    UB, ub, u8[0x30000]
.flag   full,  mte2 -> mte3, ids=2
.flag   empty, mte3 -> mte2, ids=2

.macro  copy_tile p
    min.s64 t, left, bytes
    mov     mv.len_burst, t
    wait    empty[\p]
    mov_out_to_ub_align.b16 [r[\p]], [px], mv
    set     full[\p]
    wait    full[\p]
    mov_ub_to_out_align.b16 [py], [r[\p]], mv
    set     empty[\p]
    add.s64 px, px, t
    add.s64 py, py, t
    sub.s64 left, left, t
.endm

d2_copy:
    .reg    px:gm, py:gm, left, bytes, t, zero = 0, r[2]:ub, mv:align = {len_burst=0}
    ldparam t, tile
    add.s64 bytes, t, t
    mov     r[0], UB
    add.s64 r[1], r[0], bytes
    ldparam left, n
    add.s64 left, left, left
    ldparam px, x
    ldparam py, y
    mov     t, blockid
    mul.s64 t, t, left
    add.s64 px, px, t
    add.s64 py, py, t
    arm     empty
again:
    copy_tile 0
    jumpcmp.le.s64 left, zero, out
    copy_tile 1
    jumpcmp.gt.s64 left, zero, again
out:
    drain   empty
    end
