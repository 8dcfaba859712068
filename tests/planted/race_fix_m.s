; The cube starts the second product in the L0C that the fixpipe is still draining into d.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 16
.param  d, out, f32[M, N]
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix, ids=2
.flag   drained, fix -> m
k:
.include "cube.inc"
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    set     done[0]
    wait    done[0]
    .scope
    .reg    pd:gm
    ldparam pd, d
    fix_l0c_to_out.f32 [pd], [acc], fx                  ; <- RACE other
    .endscope
    .if     !BUG
    set     drained
    wait    drained
    .endif
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE
    set     done[1]
    wait    done[1]
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
