; c[256,128] = the sum of a[:, 256 i .. 256 i + 255] * b[256,128] over all i, b resident in L1. The
; next chunk of a is requested behind the MTE1 work of the chunk before it: S stands before the full
; queue of MTE1 and gets to the request when most of that work is done, so that MTE2 idles first and
; then everybody waits for it. With late=0 the request stands before the work.
.kernel gemm_late, core=aic
.param  k, u32 = 4096, min=256, max=65280, multiple=256
.param  late, u32 = 1
.param  a, in,  f16[256, k]
.param  b, in,  f16[256, 128]
.param  c, out, f32[256, 128]

.equ    M0, 256
.equ    N0, 128
.equ    K0, 32
.equ    KL, 256
.buf    LA,  l1,  f16[M0*KL], copies=2
.buf    LB,  l1,  f16[KL*N0]
.buf    ZA,  l0a, f16[M0*K0], copies=2
.buf    ZB,  l0b, f16[K0*N0], copies=2
.buf    ACC, l0c, f32[M0*N0]
.flag   l1_full, mte2 -> mte1, ids=2
.flag   l1_free, mte1 -> mte2, ids=2
.flag   l0_full, mte1 -> m,    ids=2
.flag   l0_free, m    -> mte1, ids=2
.flag   acc,     m    -> fix

.macro  request q                         ; GM -> L1: the next chunk of a
    jumpcmp.le.s64 asked, zero, none\@
    wait    l1_free[\q]
    mov_out_to_l1_multi_nd2nz.b16 [la[\q]], [pa], na
    set     l1_full[\q]
    add.s64 pa, pa, 2*KL
    sub.s64 asked, asked, KL
none\@:
.endm

.macro  step q, p                         ; L1 -> L0 -> cube: one K0, in many small loads
    wait    l0_free[\p]
    mov     da, za[\p]
    mov     db, zb[\p]
    .rept   K0/16
    load_l1_to_l0a_2d               [da], [la[\q]], ca
    load_l1_to_l0b_2d_transpose.f16 [db], [lb], cb
    add     ca.start, M0/32
    add     cb.start, N0/32*KL/16
    add.s64 da, da, half
    add.s64 db, db, N0/32*512
    load_l1_to_l0a_2d               [da], [la[\q]], ca
    load_l1_to_l0b_2d_transpose.f16 [db], [lb], cb
    add     ca.start, M0/32
    add     cb.start, 1-N0/32*KL/16
    sub.s64 da, da, half
    add.s64 da, da, 512
    add.s64 db, db, N0/32*512
    .endr
    set     l0_full[\p]
    wait    l0_full[\p]
    mmad.f16f32 [racc], [za[\p]], [zb[\p]], mm
    mov     mm.c_init, zero
    set     l0_free[\p]
.endm

gemm_late:
    .reg    pa:gm, pc:gm, asked, left, when, zero = 0, half = M0/32*(K0/16)*512
    .reg    la[2]:l1 = LA, lb:l1 = LB, za[2]:l0a = ZA, zb[2]:l0b = ZB
    .reg    da:l0a, db:l0b, racc:l0c = ACC
    .reg    na:nd2nz = {n_value=M0 d_value=KL src_d_value=0 dst_c0_stride=M0}
    .reg    ca:load2d, cb:load2dt, mm:mmad = {m=M0 k=K0 n=N0 c_init=1}
    .reg    fx:fix = {n=N0 m=M0 dst_stride=N0 src_stride=M0 nz2nd=1}
    .scope
    .reg    pb:gm, nb:nd2nz = {n_value=KL d_value=N0 src_d_value=N0 dst_c0_stride=KL}
    ldparam pb, b
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    .endscope
    ldparam pa, a
    ldparam pc, c
    ldparam left, k
    ldparam when, late
    mov     asked, left
    mov     na.src_d_value, left
    arm     l1_free
    arm     l0_free
    request 0
loop:
    .rept   2, q
    jumpcmp.ne.s64 when, zero, after\q
    request 1^\q
after\q:
    wait    l1_full[\q]
    mov     ca, {repeat=M0/32 dst_gap=K0/16-1}
    mov     cb, {repeat=N0/32 src_stride=KL/16}
    .rept   KL/K0, s
    step    \q, \s & 1
    .endr
    set     l1_free[\q]
    jumpcmp.eq.s64 when, zero, before\q
    request 1^\q
before\q:
    sub.s64 left, left, KL
    jumpcmp.le.s64 left, zero, done
    .endr
    jump    loop
done:
    set     acc
    wait    acc
    drain   l1_free
    drain   l0_free
    fix_l0c_to_out.f32 [pc], [racc], fx
    end
