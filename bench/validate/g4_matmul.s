; c[m,n] = a[m,k] * b[n,k]^T, f16 in, f32 out, base tile 128x256x64, after the notes on the PTO
; matrix product. Cases G4: m = n = k = 6144 and 1536 over 4 x 6 cores, so a core has sm x sn =
; 1536 x 1024 of c, and 384 x 256. Cores go along the rows, n / sn to a row. One core has all of it
; when sm and sn are no less than m and n.
;
; Published: shapes, layouts (all ND, B as [n,k]), stepKa = stepKb = 4, two slots each in L1, L0A
; and L0B, M outer and N inner; a panel of A, then one of B is requested when needed; FIX waits for
; M and M for FIX, no unit flags.
; Open: whether the two panels share a flag (here each has its own); which loads bring A to L0A;
; what the shares are taken of (the printed time may hold the launch).
.kernel g4_matmul, core=aic
.param  m, u32 = 384,  min=128, max=8192, multiple=128
.param  n, u32 = 256,  min=256, max=8192, multiple=256
.param  k, u32 = 1536, min=512, max=65535, multiple=512
.param  sm, u32 = 8192, min=128, max=8192, multiple=128
.param  sn, u32 = 8192, min=256, max=8192, multiple=256
.param  a, in,  f16[m, k]
.param  b, in,  f16[n, k]
.param  c, out, f32[m, n]
.ref    gemm_nt, a, b, rtol=1e-4, atol=1e-3

.equ    M0, 128                                 ; base tile
.equ    N0, 256
.equ    K0, 64
.equ    KL, 4                                   ; steps of a panel
.buf    LA,  l1,  f16[M0*K0*KL], copies=2
.buf    LB,  l1,  f16[K0*N0*KL], copies=2
.buf    ZA,  l0a, f16[M0*K0], copies=2
.buf    ZB,  l0b, f16[K0*N0], copies=2
.buf    ACC, l0c, f32[M0*N0]
.flag   a_full,   mte2 -> mte1, ids=2           ; a panel has arrived
.flag   b_full,   mte2 -> mte1, ids=2
.flag   a_free,   mte1 -> mte2, ids=2           ; a panel has been read
.flag   b_free,   mte1 -> mte2, ids=2
.flag   l0_full,  mte1 -> m,    ids=2
.flag   l0_free,  m    -> mte1, ids=2
.flag   acc_full, m    -> fix
.flag   acc_free, fix  -> m

.macro  request what, slot                      ; GM -> L1: the next columns of k
    wait    \what\()_free[\slot]
    mov_out_to_l1_multi_nd2nz.b16 [l\what[\slot]], [p\what], n\what
    set     \what\()_full[\slot]
    add.s64 p\what, p\what, 2*K0*KL
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

g4_matmul:
    .reg    zero = 0, t, left, rows, cols, wide, da:l0a, db:l0b
    .reg    pa:gm, pb:gm, pc:gm, row:gm         ; row: where this row of tiles begins in a
    .reg    column:gm                           ; column: where this core begins in b
    .reg    na:nd2nz = {n_value=M0 d_value=K0*KL src_d_value=0 dst_c0_stride=M0}
    .reg    nb:nd2nz = {n_value=N0 d_value=K0*KL src_d_value=0 dst_c0_stride=N0}
    .reg    ca:load3d = {k_extension=K0 m_extension=M0 channel_size=K0*KL}
    .reg    cb:load2d = {repeat=K0/16*N0/16}
    .reg    mm:mmad, fx:fix = {n=N0 m=M0 dst_stride=0 src_stride=M0 nz2nd=1}
    .reg    la[2]:l1 = LA, lb[2]:l1 = LB, racc:l0c = ACC
    mov     t, M0 | 1 << 16                     ; width and height of the image that A is
    mov     fmatrix, t
    arm     a_free
    arm     b_free
    arm     l0_free
    arm     acc_free
    ldparam t, k
    mov     na.src_d_value, t                   ; row pitches
    mov     nb.src_d_value, t
    ldparam t, n
    mov     fx.dst_stride, t
    .scope                                      ; rows and columns of this core
    .reg    id, at
    mov     id, blockid
    ldparam wide, sn
    add.s64 at, t, wide
    sub.s64 at, at, 1
    div.s64 at, at, wide                        ; cores in a row
    div.s64 row, id, at
    rem.s64 at, id, at
    mul.s64 at, at, wide
    sub.s64 cols, t, at
    min.s64 wide, wide, cols
    ldparam rows, sm
    mul.s64 row, row, rows
    ldparam id, m
    sub.s64 id, id, row
    min.s64 rows, rows, id
    jumpcmp.le.s64 rows, zero, done
    mul.s64 t, t, row
    add.s64 t, t, at
    shl.b64 t, t, 2
    ldparam pc, c
    add.s64 pc, pc, t
    ldparam t, k
    add.s64 t, t, t
    mul.s64 row, row, t
    mul.s64 column, at, t
    ldparam t, a
    add.s64 row, row, t
    ldparam t, b
    add.s64 column, column, t
    .endscope

next_row:
    add.s64 pb, column, zero
    add.s64 cols, wide, zero

next_tile:
    add.s64 pa, row, zero
    ldparam left, k
    mov     mm, {m=M0 k=K0 n=N0 c_init=1}
    wait    acc_free

panels:
    .rept   2, q
    request a, \q
    request b, \q
    wait    a_full[\q]
    wait    b_full[\q]
    .rept   KL, s
    extract \q, \s, \q, \s, \s & 1
    .if     \s == KL - 1
    set     a_free[\q]
    set     b_free[\q]
    .endif
    multiply \s & 1
    .endr
    sub.s64 left, left, K0*KL
    .endr
    jumpcmp.gt.s64 left, zero, panels

    set     acc_full                            ; the tile: L0C -> c
    wait    acc_full
    fix_l0c_to_out.f32 [pc], [racc], fx
    set     acc_free
    add.s64 pc, pc, 4*N0                        ; 256 columns to the right
    ldparam t, k
    mul.s64 t, t, 2*(N0-1)                      ; pb has moved a row
    add.s64 pb, pb, t
    sub.s64 cols, cols, N0
    jumpcmp.gt.s64 cols, zero, next_tile

    ldparam t, n                                ; 128 rows further down
    mul.s64 t, t, 4*M0                          ; pc has moved to the end of the core's columns
    sub.s64 t, t, wide
    sub.s64 t, t, wide
    sub.s64 t, t, wide
    sub.s64 t, t, wide
    add.s64 pc, pc, t
    ldparam t, k
    shl.b64 t, t, log2(2*M0)
    add.s64 row, row, t
    sub.s64 rows, rows, M0
    jumpcmp.gt.s64 rows, zero, next_row
done:
    drain   a_free
    drain   b_free
    drain   l0_free
    drain   acc_free
    end
