; c = a b, s8 in, s32 accumulated and out, b with 4:2 structured sparsity: of each four k of a column
; at most two are not zero. Only those are stored, with an index of two bits each (isa.md 7.7), in
; fractals as the cube reads them. A step of the cube then takes 64 k instead of 32: half the
; cycles of the cube, 5/8 of the bytes of b.
;
; With -D SPARSE=0 the same product with b stored whole, each column one after the other, to compare
; with. Tiles of c, 128 x 256, are dealt to the blocks; a tile goes along k in chunks of 128.
.include "dv.inc"                               ; split_1d
.ifndef SPARSE
.equ    SPARSE, 1
.endif
.kernel gemm_sparse_s8, core=aic
.param  m, u32 = 128, min=128, max=65408, multiple=128
.param  n, u32 = 256, min=256, max=16128, multiple=256
.param  k, u32 = 1024, min=128, max=65408, multiple=128
.param  a, in,  s8[m, k]
.if     SPARSE
.param  b, in,  s8[k/64, n/16, 16, 32]          ; what is kept: fractals of 64 k x 16 columns
.param  index, in, u8[k/64, n/16, 16, 8]        ; where it was
.else
.param  b, in,  s8[n, k]
.endif
.param  c, out, s32[m, n]
.if     SPARSE
.ref    gemm_sparse, a, b, index, max_ulp=0
.else
.ref    gemm_nt, a, b, max_ulp=0
.endif

.equ    M0, 128                                 ; tile
.equ    N0, 256
.equ    KC, 128                                 ; chunk
.equ    DEPTH, SPARSE ? 64 : 32                 ; k of a fractal of b
.equ    ROWS, KC/DEPTH
.equ    WIDE, N0/16
.buf    LA,  l1,  s8[M0*KC], copies=2
.buf    LB,  l1,  s8[ROWS*WIDE*512], copies=2
.if     SPARSE
.buf    LI,  l1,  s8[ROWS*WIDE*128], copies=2
.endif
.buf    ZA,  l0a, s8[M0*KC], copies=2
.buf    ZB,  l0b, s8[ROWS*WIDE*512], copies=2
.buf    ACC, l0c, s32[M0*N0]
.flag   l1_full, mte2 -> mte1, ids=2            ; a chunk has arrived
.flag   l1_free, mte1 -> mte2, ids=2            ; .. and has been read
.flag   l0_full, mte1 -> m,    ids=2            ; its fractals are there
.flag   l0_free, m    -> mte1, ids=2            ; .. and have been multiplied
.flag   done,    m    -> fix                    ; a tile is complete
.flag   stored,  fix  -> m                      ; .. and in c

gemm_sparse_s8:
    .reg    zero = 0, t, deep, high, first = 0, tiles, wide
    ldparam high, m
    ldparam wide, n
    ldparam deep, k
    shr.s64 high, high, log2(M0)                ; tiles in a column of c
    shr.s64 tiles, wide, log2(N0)
    mul.s64 tiles, tiles, high
    split_1d tiles, 1, first, bytes=1
    jumpcmp.le.s64 tiles, zero, idle
    .reg    row, col, at = 0
    .reg    p:gm, la:l1, lb:l1, za:l0a, zb:l0b, acc:l0c = ACC
    .reg    na:nd2nz = {n_value=M0 d_value=KC src_d_value=0 dst_c0_stride=M0}
    .reg    ld:load2d = {repeat=KC/32 src_stride=M0/16}
    .reg    mm:mmad = {m=M0 k=KC n=N0}
    .reg    fx:fix = {n=N0 m=M0 dst_stride=0 src_stride=M0 nz2nd=1}
    mov     na.src_d_value, deep
    mov     fx.dst_stride, wide
    .if     SPARSE
    .reg    nb:burst = {n_burst=ROWS len_burst=WIDE*16 src_gap=0}
    .reg    ni:burst = {n_burst=ROWS len_burst=WIDE*4 src_gap=0}
    .reg    q:l1, ls:load2dsp = {repeat=ROWS*WIDE}
    sub.s64 t, wide, N0                         ; columns of b beside the tile
    mov     nb.src_gap, t                       ; 16 blocks a fractal of 16 columns
    shr.s64 t, t, 2
    mov     ni.src_gap, t                       ; 4 blocks a fractal
    .else
    .reg    nb:nd2nz = {n_value=N0 d_value=KC src_d_value=0 dst_c0_stride=N0}
    .reg    ls:load2d = {repeat=ROWS*WIDE}
    mov     nb.src_d_value, deep
    .endif
    arm     l1_free
    arm     l0_free
    arm     stored

chunk:
    .rept   2, i
    div.s64 col, first, high
    rem.s64 row, first, high
    shl.b64 row, row, log2(M0)
    shl.b64 col, col, log2(N0)

    wait    l1_free[\i]
    mov     la, LA[\i]
    mul.s64 p, row, deep                        ; a + row k + at
    add.s64 p, p, at
    ldparam t, a
    add.s64 p, p, t
    mov_out_to_l1_multi_nd2nz.b8 [la], [p], na
    mov     lb, LB[\i]
    .if     SPARSE
    mul.s64 p, at, wide                         ; b + (at/64 n/16 + col/16) 512
    shr.s64 p, p, 1
    shl.b64 t, col, 5
    add.s64 p, p, t
    ldparam t, b
    add.s64 t, t, p
    mov_out_to_l1 [lb], [t], nb
    shr.s64 p, p, 2                             ; the index: a quarter of the bytes
    mov     q, LI[\i]
    ldparam t, index
    add.s64 p, p, t
    mov_out_to_l1 [q], [p], ni
    .else
    mul.s64 p, col, deep                        ; b + col k + at
    add.s64 p, p, at
    ldparam t, b
    add.s64 p, p, t
    mov_out_to_l1_multi_nd2nz.b8 [lb], [p], nb
    .endif
    set     l1_full[\i]

    wait    l1_full[\i]
    wait    l0_free[\i]
    .rept   M0/16, r                            ; rows of fractals of A
    mov     za, ZA[\i] + \r*KC*16
    mov     ld.start, \r
    load_l1_to_l0a_2d [za], [la], ld
    .endr
    mov     zb, ZB[\i]
    .if     SPARSE
    shl.b64 q, q, 32
    or.b64  lb, lb, q
    load_l1_to_l0b_2d_sp [zb], [lb], ls
    .else
    load_l1_to_l0b_2d [zb], [lb], ls
    .endif
    set     l1_free[\i]
    set     l0_full[\i]
    mov     za, ZA[\i]
    mov     mm.c_init, zero
    jumpcmp.gt.s64 at, zero, further\i
    wait    stored
    mov     mm.c_init, 1
further\i:
    wait    l0_full[\i]
    .if     SPARSE
    mmad_sp.s8 [acc], [za], [zb], mm
    .else
    mmad.s8 [acc], [za], [zb], mm
    .endif
    set     l0_free[\i]
    add.s64 at, at, KC
    jumpcmp.lt.s64 at, deep, more\i

    set     done                                ; the last chunk of a tile
    mul.s64 p, row, wide                        ; c + 4 (row n + col)
    add.s64 p, p, col
    shl.b64 p, p, 2
    ldparam t, c
    add.s64 p, p, t
    wait    done
    fix_l0c_to_out.s32 [p], [acc], fx
    set     stored
    mov     at, 0
    add.s64 first, first, 1
    sub.s64 tiles, tiles, 1
    jumpcmp.le.s64 tiles, zero, finish
more\i:
    .endr
    jump    chunk

finish:
    drain   l1_free
    drain   l0_free
    drain   stored
idle:
    end
