; V3 (msopprof examples): z = x + y in half, written with queues of one buffer each, on a part
; that reports 1650 MHz. Tile 512: 5120 elements on one core; tiles 2048 and 20480: 80 Mi elements
; on eight cores. Profiler times of the pipes, here cycles a load, an Add and a store.
;
; A queue is a buffer with a flag each way: taking a free buffer waits, handing it on sets. x and
; y have queues of their own. Add is the form with a count: counter mode is entered and left each
; time. `n` elements of one core, a multiple of the tile; 10 Mi each in the source.
; Open: the scalar work of the queue objects; the two moves of kernel arguments that the profiler
; counted (21 loads and 11 stores for 20 and 10) are not made here.
.include "dv.inc"                               ; mask_count, mask_all
.kernel v3_add, core=aiv
.param  tile, u32 = 512, min=256, max=20480, multiple=256
.param  n, u32 = 5120, min=256, multiple=tile
.param  x, in,  f16[blocks, n]
.param  y, in,  f16[blocks, n]
.param  z, out, f16[blocks, n]
.ref    add, x, y, max_ulp=0
.blocks 1

.buf    UB, ub, u8[0x30000]                     ; x, y, z by the size of a tile
.flag   x_full,  mte2 -> v
.flag   x_free,  v    -> mte2
.flag   y_full,  mte2 -> v
.flag   y_free,  v    -> mte2
.flag   z_full,  v    -> mte3
.flag   z_free,  mte3 -> v

v3_add:
    .reg    px:gm, py:gm, pz:gm, left, tile, bytes, t, zero = 0, rx:ub = UB, ry:ub, rz:ub
    .reg    mv:align = {len_burst=0}, v:vec3 = {repeat=1}
    ldparam tile, tile
    ldparam left, n
    add.s64 bytes, tile, tile
    mov     mv.len_burst, bytes
    add.s64 ry, rx, bytes
    add.s64 rz, ry, bytes
    ldparam px, x
    ldparam py, y
    ldparam pz, z
    mov     t, blockid
    mul.s64 t, t, left
    add.s64 t, t, t
    add.s64 px, px, t
    add.s64 py, py, t
    add.s64 pz, pz, t
    arm     x_free
    arm     y_free
    arm     z_free
again:
    wait    x_free                              ; copy in
    mov_out_to_ub_align.b16 [rx], [px], mv
    wait    y_free
    mov_out_to_ub_align.b16 [ry], [py], mv
    set     x_full
    set     y_full
    wait    x_full                              ; compute
    wait    y_full
    wait    z_free
    mask_count tile
    vadd.f16 [rz], [rx], [ry], v
    mask_all
    set     z_full
    set     x_free
    set     y_free
    wait    z_full                              ; copy out
    mov_ub_to_out_align.b16 [pz], [rz], mv
    set     z_free
    add.s64 px, px, bytes
    add.s64 py, py, bytes
    add.s64 pz, pz, bytes
    sub.s64 left, left, tile
    jumpcmp.gt.s64 left, zero, again
    drain   x_free
    drain   y_free
    drain   z_free
    end
