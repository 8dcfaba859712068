; c[m,n] = a[m,k] * b[k,n] in one step: A and B each come to L0 with one convolution load of a map
; of one line (1 x 1 filter).
.kernel load3d, core=aic
.equ    M, 48
.equ    K, 64
.equ    N, 80
.param  a, in,  f16[M, K]
.param  b, in,  f16[K, N]
.param  c, out, f32[M, N]
.ref    gemm, a, b, rtol=1e-4, atol=1e-3
.buf    LA,  l1,  f16[M*K]
.buf    LB,  l1,  f16[K*N]
.buf    ZA,  l0a, f16[M*K]
.buf    ZB,  l0b, f16[K*N]
.buf    ACC, l0c, f32[M*N]
.flag   full, mte2 -> mte1
.flag   ready, mte1 -> m
.flag   acc, m -> fix

load3d:
    .reg    pa:gm, pb:gm, pc:gm, t
    .reg    la:l1 = LA, lb:l1 = LB, za:l0a = ZA, zb:l0b = ZB, racc:l0c = ACC
    .reg    na:nd2nz = {n_value=M d_value=K src_d_value=K dst_c0_stride=M}
    .reg    nb:nd2nz = {n_value=K d_value=N src_d_value=N dst_c0_stride=K}
    .reg    ca:load3d = {channel_size=K m_extension=M k_extension=K}
    .reg    cb:load3d = {channel_size=N m_extension=K k_extension=N fmatrix_b=1}
    .reg    mm:mmad = {m=M k=K n=N c_init=1}
    .reg    fx:fix = {n=N m=M dst_stride=N src_stride=M nz2nd=1}
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    mov     t, 1<<16 | M
    mov     fmatrix, t
    mov     t, 1<<16 | K
    mov     fmatrix_b, t
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     full
    wait    full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     ready
    wait    ready
    mmad.f16f32 [racc], [za], [zb], mm
    set     acc
    wait    acc
    fix_l0c_to_out.f32 [pc], [racc], fx
    end
