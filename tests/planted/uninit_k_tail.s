; k is 24, but the cube multiplies 32: rows 24 to 31 of B in L1 were never loaded, and garbage may
; be NaN.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 32
.equ    DEEP, 24
.param  a, in,  f16[M, DEEP]
.param  b, in,  f16[DEEP, N]
.param  c, out, f32[M, N]
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.buf    LA,  l1,  f16[M*K]
.buf    LB,  l1,  f16[K*N]
.buf    ZA,  l0a, f16[M*K]
.buf    ZB,  l0b, f16[K*N]
.buf    ACC, l0c, f32[M*N]
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
k:
    .reg    pa:gm, pb:gm, pc:gm, t
    .reg    la:l1 = LA, lb:l1 = LB, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg    na:nd2nz = {n_value=M d_value=DEEP src_d_value=DEEP dst_c0_stride=M}
    .reg    nb:nd2nz = {n_value=DEEP d_value=N src_d_value=N dst_c0_stride=K}
    .reg    ca:load3d = {k_extension=K m_extension=M channel_size=K}
    .reg    cb:load3d = {k_extension=N m_extension=K channel_size=N fmatrix_b=1}
    .reg    mm:mmad = {m=M k=BUG ? K : DEEP n=N c_init=1}
    .reg    fx:fix = {n=N m=M dst_stride=N src_stride=M nz2nd=1}
    mov     t, M | 1 << 16
    mov     fmatrix, t
    mov     t, K | 1 << 16
    mov     fmatrix_b, t
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx                  ; <- UNINIT
    end
