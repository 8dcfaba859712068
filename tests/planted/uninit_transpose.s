; B is loaded to L1 as 32 rows but the load to L0B takes its second row of squares from where 48
; rows would put it.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 16
.param  a, in,  f16[M, K]
.param  b, in,  f16[K, N]
.param  c, out, f32[M, N]
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.buf    LA,  l1,  f16[M*K]
.buf    LB,  l1,  f16[2*K*N]
.buf    ZA,  l0a, f16[M*K]
.buf    ZB,  l0b, f16[K*N]
.buf    ACC, l0c, f32[M*N]
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
k:
    .reg    pa:gm, pb:gm, pc:gm
    .reg    la:l1 = LA, lb:l1 = LB, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg    na:nd2nz = {n_value=M d_value=K src_d_value=K dst_c0_stride=M}
    .reg    nb:nd2nz = {n_value=K d_value=N src_d_value=N dst_c0_stride=K}
    .reg    ca:load2d = {repeat=M/16}, cb:load2d = {repeat=N/16 src_stride=1+BUG}
    .reg    mm:mmad = {m=M k=K n=N c_init=1}, fx:fix = {n=N m=M dst_stride=N src_stride=M nz2nd=1}
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_2d [za], [la], ca
    load_l1_to_l0b_2d.transpose [zb], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx                  ; <- UNINIT
    end
