; L1 in two halves, given back one round too late: the flag of half 0 is set when half 1 has been
; read.
.kernel k, core=aic
.equ    M, 32
.equ    N, 80
.equ    K, 64
.param  a, in,  f16[M, 4*K]
.param  b, in,  f16[4*K, N]
.param  c, out, f32[M, N]
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.buf    LA,  l1,  f16[M*K], copies=2
.buf    LB,  l1,  f16[K*N], copies=2
.buf    ZA,  l0a, f16[M*K], copies=2
.buf    ZB,  l0b, f16[K*N], copies=2
.buf    ACC, l0c, f32[M*N]
.flag   l1_full, mte2 -> mte1, ids=2
.flag   l1_free, mte1 -> mte2, ids=2
.flag   l0_full, mte1 -> m, ids=2
.flag   l0_free, m -> mte1, ids=2
.flag   done,    m -> fix
k:
    .reg    pa:gm, pb:gm, pc:gm, t, deep = 2*K, high = 2*K*N
    .reg    la[2]:l1 = LA, lb[2]:l1 = LB, za[2]:l0a = ZA, zb[2]:l0b = ZB, acc:l0c = ACC
    .reg    na:nd2nz = {n_value=M d_value=K src_d_value=4*K dst_c0_stride=M}
    .reg    nb:nd2nz = {n_value=K d_value=N src_d_value=N dst_c0_stride=K}
    .reg    ca:load3d = {k_extension=K m_extension=M channel_size=K}
    .reg    cb:load3d = {k_extension=N m_extension=K channel_size=N fmatrix_b=1}
    .reg    mm:mmad = {m=M k=K n=N c_init=1}, fx:fix = {n=N m=M dst_stride=N src_stride=M nz2nd=1}
    mov     t, M | 1 << 16
    mov     fmatrix, t
    mov     t, K | 1 << 16
    mov     fmatrix_b, t
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    arm     l1_free
    arm     l0_free
    .rept   4, s
    wait    l1_free[\s & 1]
    mov_out_to_l1_multi_nd2nz.b16 [la[\s & 1]], [pa], na ; <- RACE
    mov_out_to_l1_multi_nd2nz.b16 [lb[\s & 1]], [pb], nb ; <- RACE
    set     l1_full[\s & 1]
    add.s64 pa, pa, deep
    add.s64 pb, pb, high
    wait    l0_free[\s & 1]
    wait    l1_full[\s & 1]
    .if     BUG
    set     l1_free[\s & 1]
    .endif
    load_l1_to_l0a_3dv2.b16 [za[\s & 1]], [la[\s & 1]], ca ; <- RACE other
    load_l1_to_l0b_3dv2.b16 [zb[\s & 1]], [lb[\s & 1]], cb ; <- RACE other
    .if     !BUG
    set     l1_free[\s & 1]
    .endif
    set     l0_full[\s & 1]
    wait    l0_full[\s & 1]
    mmad.f16f32 [acc], [za[\s & 1]], [zb[\s & 1]], mm
    set     l0_free[\s & 1]
    mov     mm, {m=M k=K n=N}
    .endr
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    drain   l1_free
    drain   l0_free
    end
