; c[m,n] = a[m,k] * b[k,n], f16 in, f32 accumulated and out, any m n k, every AIC.
;
; Tiles of 256 x 128 go round the blocks. A tile runs along k in chunks of 256 (GM -> L1, two
; slots) and steps of 64 (L1 -> L0, two slots): with 256x128x64 the two L1 read ports and the
; cube need about the same time. While a chunk is worked on, the next is already moving.
;
;   MTE2  a, b rows in GM  -> panels of 16 columns in L1 (NZ)
;   MTE1  a step of either, an image of one row under a 1x1 filter: its points are rows of the
;         panels, its channels their columns; L0A holds fractals by rows, L0B by columns
;   M     L0A x L0B -> accumulates in L0C (NZ)
;   FIX   L0C -> rows of c
.include "dv.inc"                               ; tile_at, tile_size, tile_next
.kernel gemm_f16, core=aic
.param  m, u32 = 256, min=1, max=1048576
.param  n, u32 = 256, min=1, max=65535          ; row pitches have 16 bits (src_d_value)
.param  k, u32 = 256, min=1, max=65535
.param  a, in,  f16[m, k]
.param  b, in,  f16[k, n]
.param  c, out, f32[m, n]
.ref    gemm, a, b, rtol=1e-4, atol=1e-3

.equ    M0, 256                                 ; tile
.equ    N0, 128
.equ    K0, 64                                  ; step
.equ    KL, 256                                 ; chunk
.buf    LA,  l1,  f16[M0*KL], copies=2
.buf    LB,  l1,  f16[KL*N0], copies=2
.buf    ZA,  l0a, f16[M0*K0], copies=2
.buf    ZB,  l0b, f16[K0*N0], copies=2
.buf    ACC, l0c, f32[M0*N0]
.flag   l1_full,  mte2 -> mte1, ids=2           ; a chunk has arrived
.flag   l1_free,  mte1 -> mte2, ids=2           ; a chunk has been read
.flag   l0_full,  mte1 -> m,    ids=2           ; a step's fractals are there
.flag   l0_free,  m    -> mte1, ids=2           ; a step has been multiplied
.flag   acc_full, m    -> fix                   ; the tile is complete
.flag   acc_free, fix  -> m                     ; the tile is stored

.macro  load_chunk q                            ; GM -> L1: the next min(KL, left) of k
    wait    l1_free[\q]
    mov     kf, KL
    min.s64 kf, kf, left
    mov     na.d_value, kf
    mov     nb.n_value, kf
    mov_out_to_l1_multi_nd2nz.b16 [la[\q]], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb[\q]], [pb], nb
    set     l1_full[\q]
    add.s64 pa, pa, 2*KL
    add.s64 pb, pb, stepb
.endm

.macro  step q, p, s                            ; L1 -> L0 -> cube: the next min(K0, kc) of k
    jumpcmp.ge.s64 kc, k0, whole\@
    mov     mm.k, kc                            ; the end of k: loads move whole fractals
    add.s64 kf, kc, 15
    shr.s64 kf, kf, 4
    shl.b64 kf, kf, 4
    mov     ca.k_extension, kf
    mov     cb.m_extension, kf
whole\@:
    sub.s64 kc, kc, k0
    mov     da, ZA[\p]
    mov     db, ZB[\p]
    mov     ca.k_start, \s * K0
    mov     cb.m_start, \s * K0
    wait    l0_free[\p]
    load_l1_to_l0a_3dv2.b16 [da], [la[\q]], ca
    load_l1_to_l0b_3dv2.b16 [db], [lb[\q]], cb
    set     l0_full[\p]
    wait    l0_full[\p]
    mmad.f16f32 [racc], [da], [db], mm
    mov     mm.c_init, zero                     ; only the first step starts from zero
    set     l0_free[\p]
.endm

gemm_f16:
    .reg    zero = 0, k0 = K0, tile, pa:gm, pb:gm, pc:gm, left, kc, kf, rows, cols, stepb
    .reg    na:nd2nz = {n_value=0 d_value=0 src_d_value=0 dst_c0_stride=M0}
    .reg    nb:nd2nz = {n_value=0 d_value=0 src_d_value=0 dst_c0_stride=KL}
    .reg    ca:load3d, cb:load3d, mm:mmad, da:l0a, db:l0b
    .reg    la[2]:l1 = LA, lb[2]:l1 = LB, racc:l0c = ACC
    mov     tile, blockid
    arm     l1_free
    arm     l0_free
    arm     acc_free

next_tile:                                      ; tiles go round the blocks, down the columns of c
    .scope
    .reg    row, col
    ldparam rows, m
    ldparam cols, n
    ldparam left, k
    tile_at tile, rows, cols, M0, N0, row, col, finish
    mov     na.src_d_value, left                ; row pitches
    mov     nb.src_d_value, cols
    shl.b64 stepb, cols, log2(2*KL)
    ldparam pa, a                               ; a + 2 (row k)
    mul.s64 kf, row, left
    add.s64 kf, kf, kf
    add.s64 pa, pa, kf
    ldparam pb, b                               ; b + 2 col
    add.s64 pb, pb, col
    add.s64 pb, pb, col
    ldparam pc, c                               ; c + 4 (row n + col)
    mul.s64 kf, row, cols
    add.s64 kf, kf, col
    shl.b64 kf, kf, 2
    add.s64 pc, pc, kf
    tile_size rows, row, M0
    tile_size cols, col, N0
    .endscope
    mov     na.n_value, rows
    mov     nb.d_value, cols
    load_chunk 0                                ; the rest of the settings while it moves
    mov     kf, M0 | 1 << 16                    ; width and height of the images
    mov     fmatrix, kf
    mov     kf, KL | 1 << 16
    mov     fmatrix_b, kf
    mov     ca, {k_extension=K0 m_extension=0 channel_size=KL}
    mov     cb, {k_extension=0 m_extension=K0 channel_size=N0 fmatrix_b=1}
    mov     mm, {m=0 k=K0 n=0 c_init=1}
    mov     mm.n, cols
    add.s64 kf, cols, 15                        ; whole fractals
    shr.s64 kf, kf, 4
    shl.b64 kf, kf, 4
    mov     cb.k_extension, kf
    add.s64 kf, rows, 15                        ; .. also in mm: m = 1 would mean GEMV
    shr.s64 kf, kf, 4
    shl.b64 kf, kf, 4
    mov     mm.m, kf
    mov     ca.m_extension, kf
    wait    acc_free

chunk:
    .rept   2, q
    mov     kc, KL                              ; k of this chunk, and what is left behind it
    min.s64 kc, kc, left
    sub.s64 left, left, kc
    jumpcmp.le.s64 left, zero, loaded\q
    load_chunk 1^\q                             ; before the MTE1 work: its full queue blocks S
loaded\q:
    wait    l1_full[\q]
    .rept   KL/K0, s
    jumpcmp.le.s64 kc, zero, worked\q
    step    \q, \s & 1, \s
    .endr
worked\q:
    set     l1_free[\q]
    jumpcmp.le.s64 left, zero, store
    .endr
    jump    chunk

store:                                          ; the whole tile: L0C -> c
    set     acc_full
    wait    acc_full
    .scope
    .reg    fx:fix = {n=0 m=0 dst_stride=0 src_stride=0 nz2nd=1}
    mov     fx.n, cols
    mov     fx.m, rows
    add.s64 kf, rows, 15
    shr.s64 kf, kf, 4
    shl.b64 kf, kf, 4
    mov     fx.src_stride, kf                   ; L0C columns are whole fractals
    ldparam kf, n
    mov     fx.dst_stride, kf                   ; row pitch of c
    fix_l0c_to_out.f32 [pc], [racc], fx
    .endscope
    set     acc_free
    tile_next tile, next_tile

finish:
    drain   l1_free
    drain   l0_free
    drain   acc_free
    end
