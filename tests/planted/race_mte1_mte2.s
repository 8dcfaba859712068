; MTE2 fetches B into the L1 that MTE1 still loads A from: A fractals with numbers of B.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 64
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1, ids=2
.flag   l1_free, mte1 -> mte2
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
k:
.include "cube.inc"
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    set     l1_full[0]
    wait    l1_full[0]
    load_l1_to_l0a_3dv2.b16 [za], [la], ca              ; <- RACE other
    .if     !BUG
    set     l1_free
    wait    l1_free
    .endif
    mov_out_to_l1_multi_nd2nz.b16 [la], [pb], nb        ; <- RACE
    set     l1_full[1]
    wait    l1_full[1]
    load_l1_to_l0b_3dv2.b16 [zb], [la], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
