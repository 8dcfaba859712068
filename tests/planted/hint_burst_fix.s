; c is stored in panels of 16 columns: every row of the move is 64 bytes.
.kernel k, core=aic
.equ    M, 128
.equ    N, BUG ? 16 : 256
.equ    K, 64
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
.equ    COLS, 256
.param  a, in,  f16[M, K]
.param  b, in,  f16[K, COLS]
.param  c, out, f32[M, COLS]
.buf    LA,  l1,  f16[M*K]
.buf    LB,  l1,  f16[K*COLS]
.buf    ZA,  l0a, f16[M*K]
.buf    ZB,  l0b, f16[K*COLS]
.buf    ACC, l0c, f32[M*COLS]
k:
    .reg    pa:gm, pb:gm, pc:gm, t
    .reg    la:l1 = LA, lb:l1 = LB, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg    na:nd2nz = {n_value=M d_value=K src_d_value=K dst_c0_stride=M}
    .reg    nb:nd2nz = {n_value=K d_value=COLS src_d_value=COLS dst_c0_stride=K}
    .reg    ca:load3d = {k_extension=K m_extension=M channel_size=K}
    .reg    cb:load3d = {k_extension=COLS m_extension=K channel_size=COLS fmatrix_b=1}
    .reg    mm:mmad = {m=M k=K n=COLS c_init=1}
    .reg    fx:fix = {n=N m=M dst_stride=COLS src_stride=M nz2nd=1}, wide = N*4, deep = M*N*4
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
    .rept   COLS/N
    fix_l0c_to_out.f32 [pc], [acc], fx                  ; <- BURST
    add.s64 pc, pc, wide
    add.s64 acc, acc, deep
    .endr
    end
