; c[m,n] = a[m,k] * b[n,k]^T, f16 in and out, base tile 128x256x64, flags set by hand.
; Case G3: 8192^3 over 4 x 6 cores of a 910B1 through the basic API. A core has sm x sn = 2048 x 1536
; of c, the last column 512; cores go down the columns, m / sm to a column. One core has all of it
; when sm and sn are no less than m and n.
;
; Published: shapes, layouts (all ND, B as [n,k]), L1 and L0 in ping-pong, stepKa 8, stepKb 4, N
; outer and M inner; the next panel of B, then the next of A is requested at k = 0 and when a panel
; ends; one L0C tile; unit flags: mode 2, the last MMAD and the fixpipe mode 3.
; Open: whether the panels of the next tile are requested before this one ends (here they are);
; which loads bring A to L0A; the scalar instructions (57 cycles a step); the flags of L0. Here L0A
; and L0B have their own: the fixpipe waits for its unit flags as long as S runs ahead, and S runs
; ahead by the 32 entries of the MTE1 queue, 6.6 steps with common flags, 4.3 so, measured 4.2.
;
;   unit=0   flags between M and FIX instead of unit flags, for comparison
.kernel g3_matmul, core=aic
.param  m, u32 = 2048, min=128, max=8192, multiple=128
.param  n, u32 = 1536, min=256, max=8192, multiple=256
.param  k, u32 = 8192, min=1024, max=65535, multiple=1024
.param  unit, u32 = 1, min=0, max=1
.param  sm, u32 = 8192, min=128, max=8192, multiple=128
.param  sn, u32 = 8192, min=256, max=8192, multiple=256
.param  a, in,  f16[m, k]
.param  b, in,  f16[n, k]
.param  c, out, f16[m, n]
.ref    gemm_nt, a, b, rtol=2e-3, atol=1e-3

.equ    M0, 128                                 ; base tile
.equ    N0, 256
.equ    K0, 64
.equ    KA, 8                                   ; steps of a panel of A
.equ    KB, 4                                   ; .. of B
.buf    LA,  l1,  f16[M0*K0*KA], copies=2
.buf    LB,  l1,  f16[K0*N0*KB], copies=2
.buf    ZA,  l0a, f16[M0*K0], copies=2
.buf    ZB,  l0b, f16[K0*N0], copies=2
.buf    ACC, l0c, f32[M0*N0]
.flag   a_full,   mte2 -> mte1, ids=2           ; a panel has arrived
.flag   b_full,   mte2 -> mte1, ids=2
.flag   a_free,   mte1 -> mte2, ids=2           ; a panel has been read
.flag   b_free,   mte1 -> mte2, ids=2
.flag   l0a_full, mte1 -> m,    ids=2
.flag   l0b_full, mte1 -> m,    ids=2
.flag   l0a_free, m    -> mte1, ids=2
.flag   l0b_free, m    -> mte1, ids=2
.flag   acc_full, m    -> fix                   ; unit=0 only
.flag   acc_free, fix  -> m

.macro  request what, slot                      ; GM -> L1: the panel at q\what
    wait    \what\()_free[\slot]
    mov_out_to_l1_multi_nd2nz.b16 [l\what[\slot]], [q\what], n\what
    set     \what\()_full[\slot]
.endm

.macro  request_next what, slot, deep           ; .. the one after it: in this tile or the next
    .local  here, none
    add.s64 q\what, q\what, 2*(\deep)
    mov     t, \deep
    jumpcmp.gt.s64 left, t, here
    jumpcmp.eq.s64 more, zero, none
    add.s64 q\what, p\what, zero
here:
    request \what, \slot
none:
.endm

.macro  extract qa, sa, qb, sb, p               ; L1 -> L0: step sa of panel qa, sb of qb
    mov     da, ZA[\p]
    mov     db, ZB[\p]
    mov     ca.k_start, (\sa) * K0
    mov     cb.start, (\sb) * K0/16*N0/16
    wait    l0a_free[\p]                        ; A: an image of 128 x 1 points under a 1x1 filter
    load_l1_to_l0a_3dv2.b16 [da], [la[\qa]], ca
    set     l0a_full[\p]
    wait    l0b_free[\p]                        ; B: [n,k] in panels is the order of L0B
    load_l1_to_l0b_2d [db], [lb[\qb]], cb
    set     l0b_full[\p]
.endm

.macro  multiply p                              ; .. -> L0C; only the first step starts from zero
    wait    l0a_full[\p]
    wait    l0b_full[\p]
    mmad.f16f32 [racc], [da], [db], mm
    set     l0a_free[\p]
    set     l0b_free[\p]
    mov     mm.c_init, zero
.endm

g3_matmul:
    .reg    zero = 0, t, left, rows, cols, more, unit, tall, da:l0a, db:l0b
    .reg    pa:gm, pb:gm, pc:gm, qa:gm, qb:gm   ; p: the next tile; q: the panel requested last
    .reg    na:nd2nz = {n_value=M0 d_value=K0*KA src_d_value=0 dst_c0_stride=M0}
    .reg    nb:nd2nz = {n_value=N0 d_value=K0*KB src_d_value=0 dst_c0_stride=N0}
    .reg    ca:load3d = {k_extension=K0 m_extension=M0 channel_size=K0*KA}
    .reg    cb:load2d = {repeat=K0/16*N0/16}
    .reg    mm:mmad
    .reg    la[2]:l1 = LA, lb[2]:l1 = LB, racc:l0c = ACC
    mov     t, M0 | 1 << 16                     ; width and height of the image that A is
    mov     fmatrix, t
    arm     a_free
    arm     b_free
    arm     l0a_free
    arm     l0b_free
    ldparam t, k
    mov     na.src_d_value, t                   ; row pitches
    mov     nb.src_d_value, t
    ldparam unit, unit
    jumpcmp.ne.s64 unit, zero, unit_on
    arm     acc_free
    jump    begin
unit_on:
    mov     t, 1 << 63
    mov     fpc, t
    mov     t, ctrl                             ; the cube walks n first, as the fixpipe with nz2nd
    insert  t, unit, #51, #1
    mov     ctrl, t
begin:
    ldparam tall, sm                            ; rows and columns of this core
    ldparam pa, m
    add.s64 t, pa, tall
    sub.s64 t, t, 1
    div.s64 t, t, tall                          ; cores in a column
    mov     left, blockid
    div.s64 pb, left, t
    rem.s64 rows, left, t
    mul.s64 rows, rows, tall
    sub.s64 left, pa, rows
    min.s64 tall, tall, left
    ldparam cols, sn
    mul.s64 pb, pb, cols
    ldparam t, n
    sub.s64 left, t, pb
    min.s64 cols, cols, left
    jumpcmp.le.s64 cols, zero, done
    mul.s64 pc, rows, t                         ; c + 2 (row n + column)
    add.s64 pc, pc, pb
    shl.b64 pc, pc, 1
    ldparam t, c
    add.s64 pc, pc, t
    ldparam left, k
    shl.b64 left, left, 1
    mul.s64 pa, rows, left
    ldparam t, a
    add.s64 pa, pa, t
    mul.s64 pb, pb, left
    ldparam t, b
    add.s64 pb, pb, t
    add.s64 rows, tall, zero
    add.s64 qa, pa, zero
    add.s64 qb, pb, zero
    request b, 0
    request a, 0

next_tile:                                      ; where the tile after this one begins
    mov     more, 1
    ldparam left, k
    shl.b64 t, left, log2(2*M0)                 ; .. 128 rows further down
    add.s64 pa, pa, t
    sub.s64 rows, rows, M0
    jumpcmp.gt.s64 rows, zero, compute
    shl.b64 t, left, 1                          ; .. at the top of the next 256 columns
    mul.s64 t, t, tall
    sub.s64 pa, pa, t
    add.s64 rows, tall, zero
    shl.b64 t, left, log2(2*N0)
    add.s64 pb, pb, t
    sub.s64 cols, cols, N0
    jumpcmp.gt.s64 cols, zero, compute
    mov     more, 0                             ; .. nowhere

compute:
    mov     mm, {m=M0 k=K0 n=N0 c_init=1}
    add.s64 t, unit, unit
    mov     mm.unit_flag, t
    jumpcmp.ne.s64 unit, zero, panels
    wait    acc_free

panels:
    .rept   2, qa
    .rept   KA/KB, qb
    request_next b, 1^\qb, K0*KB
    .if     \qb == 0
    request_next a, 1^\qa, K0*KA
    wait    a_full[\qa]
    .endif
    wait    b_full[\qb]
    sub.s64 left, left, K0*KB
    .rept   KB, s
    extract \qa, \qb*KB + \s, \qb, \s, \s & 1
    .if     \s == KB - 1
    set     b_free[\qb]
    .if     \qa + \qb == 2                      ; the end of k may be here
    jumpcmp.gt.s64 left, zero, go_on\qa
    add.s64 t, unit, unit
    add.s64 t, t, unit
    mov     mm.unit_flag, t
go_on\qa:
    .endif
    .endif
    multiply \s & 1
    .endr
    .endr
    set     a_free[\qa]
    .endr
    jumpcmp.gt.s64 left, zero, panels

    .scope                                      ; the tile: L0C -> c
    .reg    fx:fix = {n=N0 m=M0 dst_stride=0 src_stride=M0 quant_pre=f32f16 nz2nd=1}
    ldparam t, n
    mov     fx.dst_stride, t
    add.s64 t, unit, unit
    add.s64 t, t, unit
    mov     fx.unit_flag, t
    jumpcmp.ne.s64 unit, zero, store
    set     acc_full
    wait    acc_full
store:
    fix_l0c_to_out.f16 [pc], [racc], fx
    jumpcmp.ne.s64 unit, zero, stored
    set     acc_free
stored:
    .endscope
    ldparam t, n                                ; 128 rows further down
    shl.b64 t, t, log2(2*M0)
    add.s64 pc, pc, t
    jumpcmp.ne.s64 rows, tall, same_column
    ldparam t, n                                ; up to the top, right 256 columns
    mul.s64 t, t, tall
    sub.s64 t, t, N0
    shl.b64 t, t, 1
    sub.s64 pc, pc, t
same_column:
    jumpcmp.ne.s64 more, zero, next_tile
done:
    drain   a_free
    drain   b_free
    drain   l0a_free
    drain   l0b_free
    jumpcmp.ne.s64 unit, zero, finish
    drain   acc_free
finish:
    end
