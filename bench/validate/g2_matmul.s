; c[m,n] = a[m,k] * b[n,k]^T, f16 in and out, base tile 128x256x64, as the high-level API of the
; matmul samples walks it. Cases G2: 8192^3 on 910B1.
;
; A core has sm x sn of c (less at the end); cores go down the columns, which hold m / passes / sm of
; them. One core has all of it when sm and sn are no less than m and n.
;
;   mode=1   one base block a GM -> L1 move, one L1 slot each for A and B, two L0 slots, unit flags
;            (G2-1, G2-3)
;   mode=5   large packets: stepKa = 8 with depthA1 = 16, stepKb = 4 with depthB1 = 8, two slots
;            each, L1 full with 512 KB, flags between M and FIX (G2-5, G2-7)
;
; Published: shapes, tiling, depths, layouts (all ND, B as [n,k]), times of each pipe.
; Open: the order of the tiles (here N outer, M inner); stepKb of mode 5; when a panel is requested
; (here when its first step needs it; S runs ahead of the cube, two slots let the next panel come);
; one flag for A and B together (the period of G2-1 is mte2 + mte1 + 13 cycles).
; Unit flags in mode 1 are inferred: its fixpipe time is that of mode 5 and 5.2 steps more, in G2-1
; and G2-3 alike, and the 32 entries of the MTE1 queue, how far S runs ahead, hold 5.3 steps.
; The scalar work of the API, 164 to 450 cycles a step, is not rebuilt: nothing says what it is.
; One core alone: in G2-1 it has 8192^3; four tiles with the same k are the same stream, so the
; default is 256 x 512 x 8192. G2-3 and on: 24 cores as 4 x 6 with sm=2048 sn=1536, the last column
; has 512; G2-7: passes=2 and sm=1024, the two halves of A one after the other.
.kernel g2_matmul, core=aic
.param  m, u32 = 256,  min=128, max=8192, multiple=128
.param  n, u32 = 512,  min=256, max=8192, multiple=256
.param  k, u32 = 8192, min=1024, max=65535, multiple=1024
.param  mode, u32 = 1, min=1, max=5, multiple=1
.param  sm, u32 = 8192, min=128, max=8192, multiple=128
.param  sn, u32 = 8192, min=256, max=8192, multiple=256
.param  passes, u32 = 1, min=1, max=8           ; over halves, thirds, .. of the rows of a
.param  a, in,  f16[m, k]
.param  b, in,  f16[n, k]
.param  c, out, f16[m, n]
.ref    gemm_nt, a, b, rtol=2e-3, atol=1e-3

.equ    M0, 128                                 ; base tile
.equ    N0, 256
.equ    K0, 64
.equ    KA, 8                                   ; steps of a panel of A, mode 5
.equ    KB, 4                                   ; .. of B
.buf    LA,  l1,  f16[M0*K0*KA], copies=2
.buf    LB,  l1,  f16[K0*N0*KB], copies=2
.buf    ZA,  l0a, f16[M0*K0], copies=2
.buf    ZB,  l0b, f16[K0*N0], copies=2
.buf    ACC, l0c, f32[M0*N0]
.flag   a_full,   mte2 -> mte1, ids=2           ; a panel has arrived; mode 1: A and B
.flag   b_full,   mte2 -> mte1, ids=2
.flag   a_free,   mte1 -> mte2, ids=2           ; a panel has been read
.flag   b_free,   mte1 -> mte2, ids=2
.flag   l0_full,  mte1 -> m,    ids=2
.flag   l0_free,  m    -> mte1, ids=2
.flag   acc_full, m    -> fix                   ; mode 5
.flag   acc_free, fix  -> m

.macro  request what, slot, bytes               ; GM -> L1: the next columns of k
    mov_out_to_l1_multi_nd2nz.b16 [l\what[\slot]], [p\what], n\what
    add.s64 p\what, p\what, \bytes
.endm

.macro  extract qa, sa, qb, sb, p               ; L1 -> L0: step sa of panel qa, sb of qb
    wait    l0_free[\p]
    mov     da, ZA[\p]
    mov     db, ZB[\p]
    mov     ca.k_start, (\sa) * K0
    mov     cb.start, (\sb) * K0/16*N0/16
    load_l1_to_l0a_3dv2.b16 [da], [la[\qa]], ca ; an image of 128 x 1 points under a 1x1 filter
    load_l1_to_l0b_2d       [db], [lb[\qb]], cb ; [n,k] in panels is the order of L0B
    set     l0_full[\p]
.endm

.macro  multiply p                              ; .. -> L0C; only the first step starts from zero
    wait    l0_full[\p]
    mmad.f16f32 [racc], [da], [db], mm
    set     l0_free[\p]
    mov     mm.c_init, zero
.endm

g2_matmul:
    .reg    zero = 0, one = 1, t, mode, left, rows, cols, tall, da:l0a, db:l0b
    .reg    pa:gm, pb:gm, pc:gm, column:gm      ; column: where this column of b begins
    .reg    top = 0                             ; of the pass: its first row
    .reg    na:nd2nz = {n_value=M0 d_value=0 src_d_value=0 dst_c0_stride=M0}
    .reg    nb:nd2nz = {n_value=N0 d_value=0 src_d_value=0 dst_c0_stride=N0}
    .reg    ca:load3d = {k_extension=K0 m_extension=M0 channel_size=K0*KA}
    .reg    cb:load2d = {repeat=K0/16*N0/16}
    .reg    mm:mmad
    .reg    la[2]:l1 = LA, lb[2]:l1 = LB, racc:l0c = ACC
    mov     t, M0 | 1 << 16                     ; width and height of the image that A is
    mov     fmatrix, t
    arm     a_free
    arm     b_free
    arm     l0_free
    ldparam t, k
    mov     na.src_d_value, t                   ; row pitches
    mov     nb.src_d_value, t
    mov     na.d_value, K0
    mov     nb.d_value, K0
    ldparam mode, mode
    jumpcmp.eq.s64 mode, one, unit_flags
    arm     acc_free
    mov     na.d_value, K0*KA
    mov     nb.d_value, K0*KB
    jump    begin
unit_flags:
    mov     t, 1 << 63
    mov     fpc, t
    mov     t, ctrl                             ; the cube walks n first, as the fixpipe with nz2nd
    insert  t, one, #51, #1
    mov     ctrl, t
begin:

next_pass:                                      ; rows and columns of this core
    ldparam pa, m
    ldparam t, passes
    div.s64 pa, pa, t                           ; rows of a pass
    ldparam tall, sm
    add.s64 rows, pa, tall
    sub.s64 rows, rows, 1
    div.s64 rows, rows, tall                    ; cores in a column
    mov     left, blockid
    div.s64 column, left, rows
    rem.s64 rows, left, rows
    mul.s64 rows, rows, tall
    sub.s64 left, pa, rows
    min.s64 tall, tall, left
    add.s64 rows, rows, top
    add.s64 top, top, pa
    ldparam cols, sn
    mul.s64 column, column, cols
    ldparam t, n
    sub.s64 left, t, column
    min.s64 cols, cols, left
    jumpcmp.le.s64 cols, zero, done
    mul.s64 pc, rows, t                         ; c + 2 (row n + column)
    add.s64 pc, pc, column
    shl.b64 pc, pc, 1
    ldparam t, c
    add.s64 pc, pc, t
    ldparam left, k
    shl.b64 left, left, 1
    mul.s64 pa, rows, left
    ldparam t, a
    add.s64 pa, pa, t
    mul.s64 column, column, left
    ldparam t, b
    add.s64 column, column, t

next_column:
    add.s64 rows, tall, zero

next_tile:
    add.s64 pb, column, zero
    ldparam left, k
    mov     mm, {m=M0 k=K0 n=N0 c_init=1}
    jumpcmp.ne.s64 mode, one, flags
    mov     mm.unit_flag, 2                     ; 3 in the last step

blocks:                                         ; mode 1
    sub.s64 left, left, 2*K0
    .rept   2, p
    wait    a_free[0]
    request a, 0, 2*K0
    request b, 0, 2*K0
    set     a_full[0]
    wait    a_full[0]
    extract 0, 0, 0, 0, \p
    set     a_free[0]
    .if     \p == 1
    jumpcmp.gt.s64 left, zero, more
    mov     mm.unit_flag, 3
more:
    .endif
    multiply \p
    .endr
    jumpcmp.gt.s64 left, zero, blocks
    jump    store

flags:                                          ; mode 5
    wait    acc_free
panels:
    .rept   2, qa
    wait    a_free[\qa]
    request a, \qa, 2*K0*KA
    set     a_full[\qa]
    .rept   KA/KB, qb
    wait    b_free[\qb]
    request b, \qb, 2*K0*KB
    set     b_full[\qb]
    .if     \qb == 0
    wait    a_full[\qa]
    .endif
    wait    b_full[\qb]
    .rept   KB, s
    extract \qa, \qb*KB + \s, \qb, \s, \s & 1
    .if     \s == KB - 1
    set     b_free[\qb]
    .endif
    multiply \s & 1
    .endr
    .endr
    set     a_free[\qa]
    .endr
    sub.s64 left, left, 2*K0*KA
    jumpcmp.gt.s64 left, zero, panels

    set     acc_full
    wait    acc_full
store:                                          ; the tile: L0C -> c
    .scope
    .reg    fx:fix = {n=N0 m=M0 dst_stride=0 src_stride=M0 quant_pre=f32f16 nz2nd=1}
    ldparam t, n
    mov     fx.dst_stride, t
    jumpcmp.ne.s64 mode, one, plain
    mov     fx.unit_flag, 3
    fix_l0c_to_out.f16 [pc], [racc], fx
    jump    stored
plain:
    fix_l0c_to_out.f16 [pc], [racc], fx
    set     acc_free
stored:
    .endscope
    shl.b64 t, t, log2(2*M0)                    ; down 128 rows
    add.s64 pc, pc, t
    ldparam t, k
    mul.s64 t, t, 2*(M0-1)                      ; pa has moved a row
    add.s64 pa, pa, t
    sub.s64 rows, rows, M0
    jumpcmp.gt.s64 rows, zero, next_tile
    ldparam t, k                                ; up to the top, right 256 columns
    shl.b64 t, t, 1
    mul.s64 rows, tall, t
    sub.s64 pa, pa, rows
    shl.b64 t, t, log2(N0)
    add.s64 column, column, t
    ldparam t, n
    mul.s64 rows, tall, t
    sub.s64 rows, rows, N0
    shl.b64 rows, rows, 1
    sub.s64 pc, pc, rows
    sub.s64 cols, cols, N0
    jumpcmp.gt.s64 cols, zero, next_column
    ldparam t, m
    jumpcmp.lt.s64 top, t, next_pass
done:
    drain   a_free
    drain   b_free
    drain   l0_free
    jumpcmp.eq.s64 mode, one, finish
    drain   acc_free
finish:
    end
