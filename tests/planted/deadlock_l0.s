; Nobody arms l0_free: MTE1 waits for the cube to give L0 back, the cube for MTE1 to fill it.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 64
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   l0_free, m -> mte1
.flag   done,    m -> fix
k:
.include "cube.inc"
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    .if     !BUG
    arm     l0_free
    .endif
    wait    l0_free                                     ; <- DEADLOCK
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     l0_full
    wait    l0_full                                     ; <- DEADLOCK
    mmad.f16f32 [acc], [za], [zb], mm
    set     l0_free
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    .if     !BUG
    drain   l0_free
    .endif
    end
