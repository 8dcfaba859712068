; c = a b, the sum over k in two halves: the AIC of a block multiplies, each half into a matrix of
; its own in GM, its two AIVs add them, 32 rows each. Two slots in GM, so that both sides work at
; once. m and n are multiples of 64.
.include "dv.inc"
.kernel gemm_split_f16, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.param  m, u32 = 128, min=64, multiple=64
.param  n, u32 = 192, min=64, multiple=64
.param  a, in,  f16[m, 128]
.param  b, in,  f16[128, n]
.param  c, out, f32[m, n]
.param  w, scratch, f32[blocks, 2, 2, 64, 64]   ; slot, half
.ref    gemm, a, b, rtol=1e-5, atol=1e-4

.equ    T, 64                             ; a tile is T x T, a half of k is T too
.equ    K, 128
.equ    HALF, T*T*4                       ; bytes of a partial product
.equ    PART, 0                           ; flag ids: slot p is written: PART + p
.equ    FREE, 2                           ; slot p has been read: FREE + p

.buf    LA,  l1,  f16[T*K]
.buf    LB,  l1,  f16[K*T]
.buf    ZA,  l0a, f16[T*T], copies=2
.buf    ZB,  l0b, f16[T*T], copies=2
.buf    ACC, l0c, f32[T*T], copies=2
.flag   l1_full,  mte2 -> mte1
.flag   l1_free,  mte1 -> mte2
.flag   l0_full,  mte1 -> m,   ids=2
.flag   l0_free,  m -> mte1,   ids=2
.flag   acc_full, m -> fix,    ids=2
.flag   acc_free, fix -> m,    ids=2

.buf    X,   ub,  f32[32, T], copies=2
.buf    Y,   ub,  f32[32, T], copies=2, group=8
.buf    Z,   ub,  f32[32, T], copies=2, bank=2
.flag   full,  mte2 -> v,    ids=2
.flag   empty, v -> mte2,    ids=2
.flag   ready, v -> mte3,    ids=2
.flag   saved, mte3 -> v,    ids=2

; half h of k: L1 -> L0 -> cube -> GM
.macro  half h
    wait    l0_free[\h]
    mov     ca.start, \h*(T/16)*(T/16)
    mov     cb.start, \h*(T/16)
    mov     da, ZA[\h]
    mov     db, ZB[\h]
    .rept   T/16
    load_l1_to_l0a_2d               [da], [la], ca
    load_l1_to_l0b_2d_transpose.f16 [db], [lb], cb
    add     ca.start, T/16
    add     cb.start, 1
    add.s64 da, da, 512
    add.s64 db, db, rowb
    .endr
    set     l0_full[\h]
    wait    l0_full[\h]
    wait    acc_free[\h]
    mov     da, ZA[\h]
    mov     db, ZB[\h]
    mov     acc, ACC[\h]
    mmad.f16f32 [acc], [da], [db], mm
    set     l0_free[\h]
    set     acc_full[\h]
    wait    acc_full[\h]
    fix_l0c_to_out.f32 [pw], [acc], fx
    set     acc_free[\h]
    add.s64 pw, pw, step
.endm

.macro  cube_tile p
    tile_at tile, m, n, T, T, row, col, done
    mul.s64 pa, row, wide
    add.s64 pa, pa, basea
    add.s64 pb, col, col
    add.s64 pb, pb, baseb
    wait    l1_free
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    .allow  BURST, "a tile of b has rows of 128 bytes"
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    wait_flag_dev #FREE+\p
    .if     \p == 0
    add.s64 pw, basew, 0
    .endif
    half    0
    half    1
    set     l1_free
    cross_set fix, 2, PART+\p
    mov     x31, blockdim
    add.s64 tile, tile, x31
.endm

cube:
    .scope
    .reg    basea:gm, baseb:gm, basew:gm, pa:gm, pb:gm, pw:gm, m, n, tile, row, col
    .reg    wide = 2*K, step = HALF, rowb = T/16*512, da:l0a, db:l0b, acc:l0c
    .reg    la:l1 = LA, lb:l1 = LB
    .reg    na:nd2nz = {n_value=T d_value=K src_d_value=K dst_c0_stride=T}
    .reg    nb:nd2nz = {n_value=K d_value=T src_d_value=0 dst_c0_stride=K}
    .reg    ca:load2d = {repeat=T/16 dst_gap=T/16-1}, cb:load2dt = {repeat=T/16 src_stride=K/16}
    .reg    mm:mmad = {m=T k=T n=T c_init=1}
    .reg    fx:fix = {n=T m=T dst_stride=T src_stride=T nz2nd=1}
    ldparam m, m
    ldparam n, n
    ldparam basea, a
    ldparam baseb, b
    ldparam basew, w
    mov     nb.src_d_value, n
    mov     tile, blockid
    mov     row, 4*HALF                   ; this block's slots
    mul.s64 row, row, tile
    add.s64 basew, basew, row
    arm     l1_free
    arm     l0_free
    arm     acc_free
again:
    cube_tile 0
    cube_tile 1
    jump    again
done:
    wait_flag_dev #FREE                   ; what the AIVs gave back last
    wait_flag_dev #FREE+1
    drain   l1_free
    drain   l0_free
    drain   acc_free
    end
    .endscope

.macro  vector_tile p
    tile_at tile, m, n, T, T, row, col, over
    add.s64 row, row, first               ; this core's 32 rows of the tile
    mul.s64 pc, row, n
    add.s64 pc, pc, col
    shl.b64 pc, pc, 2
    add.s64 pc, pc, basec
    .if     \p == 0
    add.s64 pw, basew, 0
    .endif
    wait    empty[\p]
    wait_flag_dev #PART+\p
    mov_out_to_ub_align.b32 [x[\p]], [pw], in
    add.s64 pw, pw, step
    mov_out_to_ub_align.b32 [y[\p]], [pw], in
    add.s64 pw, pw, step
    cross_set mte2, 2, FREE+\p
    set     full[\p]
    wait    full[\p]
    wait    saved[\p]
    vadd.f32 [z[\p]], [x[\p]], [y[\p]], v
    set     empty[\p]
    set     ready[\p]
    wait    ready[\p]
    mov_ub_to_out_align.b32 [pc], [z[\p]], out
    set     saved[\p]
    mov     x31, blockdim
    add.s64 tile, tile, x31
.endm

vector:
    .scope
    .reg    basec:gm, basew:gm, pc:gm, pw:gm, m, n, tile, row, col, first, step = HALF
    .reg    x[2]:ub = X, y[2]:ub = Y, z[2]:ub = Z, v:vec3 = {repeat=32*T/64}
    .reg    in:align = {len_burst=32*T*4}, out:align = {n_burst=32 len_burst=T*4}
    ldparam m, m
    ldparam n, n
    ldparam basec, c
    ldparam basew, w
    mov     tile, blockid
    mov     row, 4*HALF
    mul.s64 row, row, tile
    add.s64 basew, basew, row
    mov     first, subblockid
    mov     row, 32*T*4
    mul.s64 row, row, first
    add.s64 basew, basew, row
    shl.b64 first, first, 5
    sub.s64 row, n, T
    shl.b64 row, row, 2
    mov     out.dst_gap, row              ; to the next row of c
    cross_set mte2, 2, FREE               ; both slots are free
    cross_set mte2, 2, FREE+1
    arm     empty
    arm     saved
next:
    vector_tile 0
    vector_tile 1
    jump    next
over:
    drain   empty
    drain   saved
    end
    .endscope
