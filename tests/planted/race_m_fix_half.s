; The fixpipe may drain the left half of the tile while the cube works on the right; here it takes
; a column too much.
.kernel k, core=aic
.equ    M, 64
.equ    N, 128
.equ    K, 32
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix, ids=2
k:
.include "cube.inc"
    .reg    right:l0c = ACC + M*N/2*4, zb2:l0b = ZB + K*N, half = N/2*4
    mov     mm.n, N/2
    mov     fx.n, N/2 + 16*BUG
    mov     cb.k_extension, N/2
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    mov     cb.k_start, N/2
    load_l1_to_l0b_3dv2.b16 [zb2], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    set     done[0]
    wait    done[0]
    mmad.f16f32 [right], [za], [zb2], mm                ; <- RACE
    fix_l0c_to_out.f32 [pc], [acc], fx                  ; <- RACE other
    add.s64 pc, pc, half
    mov     fx.n, N/2
    set     done[1]
    wait    done[1]
    .if     BUG
    bar.fix
    .endif
    fix_l0c_to_out.f32 [pc], [right], fx
    end
