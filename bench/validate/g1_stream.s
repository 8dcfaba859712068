; Eight MMADs of 128x256x64 that accumulate into one tile of L0C: c[128,256] of K 512, f16 in, f32
; out. Cases G1: 4225 cycles with unit flags off, 4209 with them on, ideal 8 x 512 = 4096.
;
; Published: the eight shapes, one L0C tile, nothing loaded meanwhile; with unit flags the K loop
; has mode 2, its last MMAD and the fixpipe mode 3.
; Open: where the counter starts and stops (read CUBE.busy, what the cube itself took: the two
; figures differ by 16 cycles, so the fixpipe is not in them); which operands lie in L0. All of
; K 512 does not fit (L0A 64 KB are four steps, L0B two), so two steps are loaded and used in
; rounds: c = rounds x a b^T, the plain product with rounds=1.
;
;   start=0   the first MMAD waits for the flag of the loads
;   start=1   S waits for the loads, the MMADs find their operands there
.kernel g1_stream, core=aic
.param  unit,   u32 = 0, min=0, max=1           ; unit flags instead of M -> FIX
.param  start,  u32 = 0, min=0, max=1
.param  rounds, u32 = 4, min=1, max=1000        ; of two MMADs
.param  a, in,  f16[128, 128]
.param  b, in,  f16[256, 128]
.param  c, out, f32[128, 256]
.ref    gemm_nt, a, b, rtol=1e-4, atol=1e-3

.equ    M0, 128
.equ    N0, 256
.equ    K0, 64                                  ; one step
.equ    KL, 128                                 ; two steps
.buf    LA,  l1,  f16[M0*KL]
.buf    LB,  l1,  f16[KL*N0]
.buf    ZA,  l0a, f16[M0*K0], copies=2
.buf    ZB,  l0b, f16[K0*N0], copies=2
.buf    ACC, l0c, f32[M0*N0]
.flag   l1_full,  mte2 -> mte1
.flag   l0_full,  mte1 -> m
.flag   l0_seen,  mte1 -> s
.flag   acc_full, m    -> fix

.macro  multiply p                              ; one step; the last of all with mode 3
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, more\@
    mov     mm.unit_flag, last
more\@:
    mmad.f16f32 [racc], [za[\p]], [zb[\p]], mm
    mov     mm.c_init, zero
.endm

g1_stream:
    .reg    pa:gm, pb:gm, pc:gm, unit, when, zero = 0, left, last
    .reg    la:l1 = LA, lb:l1 = LB, za[2]:l0a = ZA, zb[2]:l0b = ZB, racc:l0c = ACC
    .reg    na:nd2nz = {n_value=M0 d_value=KL src_d_value=KL dst_c0_stride=M0}
    .reg    nb:nd2nz = {n_value=N0 d_value=KL src_d_value=KL dst_c0_stride=N0}
    .reg    mm:mmad = {m=M0 k=K0 n=N0 c_init=1}
    ldparam pa, a
    ldparam pb, b
    ldparam unit, unit
    ldparam left, rounds
    add.s64 left, left, left
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    .scope
    .reg    ca:load3d = {k_extension=K0 m_extension=M0 channel_size=KL}
    .reg    cb:load2d = {repeat=K0/16*N0/16}
    mov     when, M0 | 1 << 16                  ; A as an image of 128 x 1 points, 1x1 filter
    mov     fmatrix, when
    ldparam when, start
    .rept   2, p                                ; both steps into L0
    mov     ca.k_start, \p * K0
    mov     cb.start, \p * K0/16*N0/16
    load_l1_to_l0a_3dv2.b16 [za[\p]], [la], ca
    load_l1_to_l0b_2d [zb[\p]], [lb], cb
    .endr
    .endscope
    set     l0_full
    wait    l0_full
    jumpcmp.eq.s64 when, zero, flags
    set     l0_seen
    wait    l0_seen

flags:                                          ; mode 2 up to the last MMAD, mode 3 there
    mov     last, 0
    jumpcmp.eq.s64 unit, zero, stream
    mov     last, 3
    mov     mm.unit_flag, 2
    mov     when, 1 << 63                       ; unit flags on
    mov     fpc, when
    mov     when, ctrl                          ; the cube walks n first, as the fixpipe will
    insert  when, unit, #51, #1
    mov     ctrl, when

stream:
    .mark   stream
    multiply 0
    multiply 1
    jumpcmp.gt.s64 left, zero, stream
    .endmark

    .reg    fx:fix = {n=N0 m=M0 dst_stride=N0 src_stride=M0 nz2nd=1}
    ldparam pc, c
    mov     fx.unit_flag, last
    jumpcmp.gt.s64 unit, zero, store            ; the unit flags order M and FIX
    set     acc_full
    wait    acc_full
store:
    fix_l0c_to_out.f32 [pc], [racc], fx
    end
