; y = conv(x, w): f16 in, f32 accumulated and out, zeros around the map, on every AIC.
;
; The map has its channels in panels of 16 (c1 of them), the weights their columns last, so that they
; are a matrix of c1*fh*fw*16 rows and n columns. The convolution is the product of the matrix of
; windows, one row a position of the filter, and the weights. Tiles of y, 128 positions x 128
; columns, are dealt to the blocks; a tile goes along k in chunks of 128.
;
;   MTE2  the whole map -> L1, once; a chunk of the weights -> panels of 16 columns in L1 (NZ)
;   MTE1  a chunk of windows, cut out of the map, -> L0A; the weights -> L0B
;   M     L0A x L0B -> accumulates in L0C
;   FIX   L0C -> rows of y
.include "dv.inc"                               ; split_1d, tile_size
.kernel conv2d_f16, core=aic
.param  c1, u32 = 4, min=1, max=4095
.param  h,  u32 = 14, min=1, max=32767
.param  w,  u32 = 14, min=1, max=32767
.param  n,  u32 = 64, min=1, max=65535
.param  fh, u32 = 3, min=1, max=255
.param  fw, u32 = 3, min=1, max=255
.param  sh, u32 = 1, min=1, max=63
.param  sw, u32 = 1, min=1, max=63
.param  dh, u32 = 1, min=1, max=255
.param  dw, u32 = 1, min=1, max=255
.param  top, u32 = 1, min=0, max=255
.param  bottom, u32 = 1, min=0, max=255
.param  left, u32 = 1, min=0, max=255
.param  right, u32 = 1, min=0, max=255
.param  x, in,  f16[c1, h, w, 16]
.param  f, in,  f16[c1, fh, fw, 16, n]
.param  y, out, f32[(h+top+bottom-dh*(fh-1)-1)/sh+1, (w+left+right-dw*(fw-1)-1)/sw+1, n]
.ref    conv2d, x, f, sh, sw, top, left, dh, dw, rtol=1e-4, atol=1e-3

.equ    T, 128                                  ; tile and chunk
.equ    MAP, 384*1024
.buf    LX,  l1,  u8[MAP]
.buf    LF,  l1,  f16[T*T], copies=2
.buf    ZA,  l0a, f16[T*T], copies=2
.buf    ZB,  l0b, f16[T*T], copies=2
.buf    ACC, l0c, f32[T*T]
.flag   map,     mte2 -> mte1
.flag   l1_full, mte2 -> mte1, ids=2            ; a chunk of weights has arrived
.flag   l1_free, mte1 -> mte2, ids=2            ; .. and has been read
.flag   l0_full, mte1 -> m,    ids=2            ; windows and weights of a chunk are there
.flag   l0_free, m    -> mte1, ids=2            ; .. and have been multiplied
.flag   done,    m    -> fix                    ; a tile is complete
.flag   stored,  fix  -> m                      ; .. and in y

.macro  positions to, size, before, after, filter, dilation, stride
    .scope
    .reg    u
    ldparam \to, \size
    ldparam u, \before
    add.s64 \to, \to, u
    ldparam u, \after
    add.s64 \to, \to, u
    ldparam u, \filter
    sub.s64 u, u, 1
    ldparam t, \dilation
    mul.s64 u, u, t
    sub.s64 \to, \to, u
    sub.s64 \to, \to, 1
    ldparam u, \stride
    div.s64 \to, \to, u
    add.s64 \to, \to, 1
    .endscope
.endm

.macro  fractals v                              ; v rounded up to whole fractals
    add.s64 \v, \v, 15
    shr.s64 \v, \v, 4
    shl.b64 \v, \v, 4
.endm

.macro  field_fh
    mov     ca.filter_h, t
.endm
.macro  field_fw
    mov     ca.filter_w, t
.endm
.macro  field_sh
    mov     ca.stride_h, t
.endm
.macro  field_sw
    mov     ca.stride_w, t
.endm
.macro  field_dh
    mov     ca.dilation_h, t
.endm
.macro  field_dw
    mov     ca.dilation_w, t
.endm

conv2d_f16:
    .reg    zero = 0, t, m, k, wide, high, first, tiles
    .reg    row, col, deep, at = 0
    ldparam wide, n
    positions m, h, top, bottom, fh, dh, sh
    positions high, w, left, right, fw, dw, sw
    mul.s64 m, m, high
    add.s64 high, m, T-1                        ; tiles in a column of y
    shr.s64 high, high, log2(T)
    add.s64 tiles, wide, T-1
    shr.s64 tiles, tiles, log2(T)
    mul.s64 tiles, tiles, high
    mov     first, 0
    split_1d tiles, 1, first, bytes=1
    jumpcmp.le.s64 tiles, zero, idle
    .reg    ca:load3d, cb:load3d, nz:nd2nz, mm:mmad, fx:fix
    .reg    la:l1 = LX, p:gm, q:l1, za:l0a, zb:l0b, acc:l0c = ACC
    ldparam k, c1
    ldparam t, h
    mul.s64 deep, k, t
    ldparam t, w
    mul.s64 deep, deep, t                       ; blocks of the map
    ldparam t, fh
    mul.s64 k, k, t
    ldparam t, fw
    mul.s64 k, k, t
    shl.b64 k, k, 4
    mov     ca, {m_extension=0 k_extension=0 channel_size=0}
    mov     cb, {m_extension=0 k_extension=0 channel_size=T fmatrix_b=1}
    mov     nz, {n_value=0 d_value=0 src_d_value=0 dst_c0_stride=T}
    mov     mm, {m=0 k=0 n=0}
    mov     fx, {n=0 m=0 dst_stride=0 src_stride=0 nz2nd=1}
    .irp    name, fh, fw, sh, sw, dh, dw
    ldparam t, \name
    field_\name
    .endr
    ldparam t, c1
    shl.b64 t, t, 4
    mov     ca.channel_size, t
    mov     nz.src_d_value, wide
    .scope                                      ; map and padding, and the line the weights are
    .reg    u, nb:burst
    ldparam u, w
    .irp    shift, 16, 32, 40, 48, 56
    .if     \shift == 16
    ldparam t, h
    .elseif \shift == 32
    ldparam t, left
    .elseif \shift == 40
    ldparam t, right
    .elseif \shift == 48
    ldparam t, top
    .else
    ldparam t, bottom
    .endif
    shl.b64 t, t, \shift
    or.b64  u, u, t
    .endr
    mov     fmatrix, u
    mov     t, T | 1 << 16
    mov     fmatrix_b, t
    mov     padding, zero
    mov     nb, {len_burst=0}
    mov     nb.len_burst, deep
    ldparam p, x
    .assert deep <= MAP/32, "the map does not fit into L1"
    .assert m <= 65535, "too many positions"
    .assert k <= 65535, "too many channels times taps"
    mov_out_to_l1 [la], [p], nb
    set     map
    wait    map
    .endscope
    arm     l1_free
    arm     l0_free
    arm     stored

chunk:
    .rept   2, q
    div.s64 col, first, high
    rem.s64 row, first, high
    shl.b64 row, row, log2(T)
    shl.b64 col, col, log2(T)

    mul.s64 p, at, wide                         ; weights: f + 2 (at n + col)
    add.s64 p, p, col
    shl.b64 p, p, 1
    ldparam t, f
    add.s64 p, p, t
    mov     deep, k
    tile_size deep, at, T
    mov     nz.n_value, deep
    mov     ca.k_start, at
    mov     ca.k_extension, deep
    mov     cb.m_extension, deep
    mov     mm.k, deep
    mov     t, wide
    tile_size t, col, T
    mov     nz.d_value, t
    mov     mm.n, t
    mov     fx.n, t
    fractals t
    mov     cb.k_extension, t
    mov     deep, m
    tile_size deep, row, T
    mov     fx.m, deep
    fractals deep                               ; m = 1 would mean GEMV
    mov     fx.src_stride, deep
    mov     mm.m, deep
    mov     ca.m_start, row
    mov     ca.m_extension, deep
    mul.s64 deep, deep, t                       ; fractals of y, times 256
    mov     q, LF[\q]
    wait    l1_free[\q]
    mov_out_to_l1_multi_nd2nz.b16 [q], [p], nz
    set     l1_full[\q]

    mov     za, ZA[\q]
    mov     zb, ZB[\q]
    wait    l0_free[\q]
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    wait    l1_full[\q]
    load_l1_to_l0b_3dv2.b16 [zb], [q], cb
    set     l1_free[\q]
    set     l0_full[\q]
    mov     mm.c_init, 1
    jumpcmp.gt.s64 at, zero, further\q
    wait    stored
    jump    start\q
further\q:
    mov     mm.c_init, zero
    mov     t, 10*256                           ; fewer do not follow each other by themselves
    jumpcmp.ge.s64 deep, t, start\q
    bar.m
start\q:
    wait    l0_full[\q]
    mmad.f16f32 [acc], [za], [zb], mm
    set     l0_free[\q]
    add.s64 at, at, T
    jumpcmp.lt.s64 at, k, more\q

    set     done                                ; the last chunk of a tile
    mul.s64 p, row, wide                        ; y + 4 (row n + col)
    add.s64 p, p, col
    shl.b64 p, p, 2
    ldparam t, y
    add.s64 p, p, t
    mov     fx.dst_stride, wide
    wait    done
    fix_l0c_to_out.f32 [p], [acc], fx
    set     stored
    mov     at, 0
    add.s64 first, first, 1
    sub.s64 tiles, tiles, 1
    jumpcmp.le.s64 tiles, zero, finish
more\q:
    .endr
    jump    chunk

finish:
    drain   l1_free
    drain   l0_free
    drain   stored
idle:
    end
