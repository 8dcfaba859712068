; V2 (asc-devkit best-practice sample): z = x + y, 8192x8192 half, static tensors, tiles of 4096
; (V2-1, one core) or 16384 elements (V2-3 one buffer, V2-5 ping-pong, 48 cores). Profiler times
; of the pipes; divided by the tiles of a core they are cycles a move and an Add.
;
; Buffers follow one another in UB: x, y, z, and in ping-pong x, y, z again. Their sizes are
; multiples of 512 bytes, so the sources fall into one bank group: two cycles a repeat. The flags
; are those of the sample: the next loads start after the Add, not after the store. A core of the
; source has 16384 (V2-1) or 85.33 tiles: a block has `tiles`, the first `extra` blocks one more.
; V2-5 reads past L2 (`past`).
; Open: addresses and loop as the compiler made them; the order of the six buffers; how 4096 tiles
; go over 48 cores.
.kernel v2_add, core=aiv
.param  tiles, u32 = 4, min=2                   ; of one block
.param  extra, u32 = 0                          ; blocks with one more
.param  tile, u32 = 4096, min=256, max=16384, multiple=256
.param  pingpong, u32 = 0, max=1
.param  past, u32 = 0, max=1
.param  x, in,  f16[blocks*tiles + extra, tile]
.param  y, in,  f16[blocks*tiles + extra, tile]
.param  z, out, f16[blocks*tiles + extra, tile]
.ref    add, x, y, max_ulp=0
.blocks 1

.buf    UB, ub, u8[0x30000]                     ; x, y, z, x, y, z by the size of a tile
.flag   full,  mte2 -> v,    ids=2              ; x, y loaded
.flag   empty, v    -> mte2, ids=2              ; x, y read
.flag   ready, v    -> mte3, ids=2              ; z computed
.flag   saved, mte3 -> v,    ids=2              ; z stored

.macro  add_tile p
    wait    empty[\p]
    mov_out_to_ub_align.b16 [rx[\p]], [px], in
    mov_out_to_ub_align.b16 [ry[\p]], [py], in
    set     full[\p]
    wait    full[\p]
    wait    saved[\p]
    vadd.f16 [rz[\p]], [rx[\p]], [ry[\p]], v
    set     empty[\p]
    set     ready[\p]
    wait    ready[\p]
    mov_ub_to_out_align.b16 [pz], [rz[\p]], mv
    set     saved[\p]
    add.s64 px, px, bytes
    add.s64 py, py, bytes
    add.s64 pz, pz, bytes
    sub.s64 left, left, 1
.endm

v2_add:
    .reg    px:gm, py:gm, pz:gm, left, more, bytes, both, t, zero = 0
    .reg    rx[2]:ub, ry[2]:ub, rz[2]:ub
    .reg    in:align = {len_burst=0}, mv:align = {len_burst=0}, v:vec3 = {repeat=0}
    ldparam left, tiles
    ldparam t, tile
    add.s64 bytes, t, t                         ; of a tile
    shr.s64 t, t, 7                             ; repeats of an Add
    mov     mv.len_burst, bytes
    mov     in.len_burst, bytes
    ldparam more, past
    mov     in.sid, more
    mov     v.repeat, t
    mov     rx[0], UB
    add.s64 ry[0], rx[0], bytes
    add.s64 rz[0], ry[0], bytes
    add.s64 rx[1], rz[0], bytes
    add.s64 ry[1], rx[1], bytes
    add.s64 rz[1], ry[1], bytes
    ldparam px, x
    ldparam py, y
    ldparam pz, z
    ldparam more, extra
    mov     both, blockid
    mul.s64 t, both, left
    jumpcmp.ge.s64 both, more, spread           ; blocks before this one have `both` tiles more
    mov     more, both
    add.s64 left, left, 1
spread:
    add.s64 t, t, more
    mul.s64 t, t, bytes
    add.s64 px, px, t
    add.s64 py, py, t
    add.s64 pz, pz, t
    ldparam both, pingpong
    arm     empty
    arm     saved
    jumpcmp.gt.s64 both, zero, two
one:
    add_tile 0
    jumpcmp.gt.s64 left, zero, one
    jump    out
two:
    add_tile 0
    jumpcmp.le.s64 left, zero, out
    add_tile 1
    jumpcmp.gt.s64 left, zero, two
out:
    drain   empty
    drain   saved
    end
