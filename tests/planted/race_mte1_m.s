; The cube multiplies while MTE1 is still loading B into L0B: columns of c come from older fractals.
.kernel k, core=aic
.equ    M, 48
.equ    N, 112
.equ    K, 64
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
k:
.include "cube.inc"
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    .if     BUG
    set     l0_full
    .endif
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb              ; <- RACE other
    .if     !BUG
    set     l0_full
    .endif
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
