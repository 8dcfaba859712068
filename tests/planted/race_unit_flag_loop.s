; Two steps along k under unit flags: the first must only check (2). Here it hands the tile over (3)
; and the second asks nobody (0): the fixpipe stores while that one still adds.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 64
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
k:
.include "cube.inc"
    .reg    zero = 0, one = 1
    mov     t, 1 << 63                                  ; unit flags
    mov     fpc, t
    mov     t, ctrl                                     ; n first, as the fixpipe goes
    insert  t, one, #51, #1
    mov     ctrl, t
    mov     mm.k, K/2
    mov     mm.unit_flag, BUG ? 3 : 2
    mov     fx.unit_flag, 3
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    mov     ca.k_extension, K/2
    mov     cb.m_extension, K/2
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    mov     ca.k_start, K/2
    mov     cb.m_start, K/2
    .scope
    .reg    za2:l0a = ZA + M*K, zb2:l0b = ZB + K*N
    load_l1_to_l0a_3dv2.b16 [za2], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb2], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    mov     mm, {m=M k=K/2 n=N unit_flag=BUG ? 0 : 3}
    mmad.f16f32 [acc], [za2], [zb2], mm                 ; <- RACE
    .endscope
    fix_l0c_to_out.f32 [pc], [acc], fx                  ; <- RACE other
    mov     t, ctrl                                     ; back to reset state
    insert  t, zero, #51, #1
    mov     ctrl, t
    mov     fpc, zero
    end
