; HF32 is switched on for a product of f32 and stays on: the next kernel loses 13 bits of its f32
; products.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 32
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
k:
.include "cube.inc"
    .reg    zero = 0, one = 1
    mov     t, ctrl
    insert  t, one, #46, #1
    mov     ctrl, t                                     ; <- STATE
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
    fix_l0c_to_out.f32 [pc], [acc], fx
    .if     !BUG
    insert  t, zero, #46, #1
    mov     ctrl, t
    .endif
    end
