; The fixpipe drains L0C while the cube still works on it: the last columns of c lack products.
.kernel k, core=aic
.equ    M, 128
.equ    N, 128
.equ    K, 128
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
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE other
    .if     !BUG
    set     done
    wait    done
    .endif
    fix_l0c_to_out.f32 [pc], [acc], fx                  ; <- RACE
    end
