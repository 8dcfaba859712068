; MTE1 fills four slots of L0 in a row with one event id: sets that the cube has not consumed merge.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 128
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m, ids=4
.flag   done,    m -> fix
k:
.include "cube.inc"
    .reg    first:mmad = {m=M k=K/4 n=N c_init=1}, rest:mmad = {m=M k=K/4 n=N}
    .reg    sa = M*K/4*2, sb = K/4*N*2
    mov     ca.k_extension, K/4
    mov     cb.m_extension, K/4
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    .rept   4, s
    mov     ca.k_start, K/4*\s
    mov     cb.m_start, K/4*\s
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     l0_full[BUG ? 0 : \s]                       ; <- FLAG
    wait    l0_full[BUG ? 0 : \s]                       ; <- FLAG other
    .if     \s
    mmad.f16f32 [acc], [za], [zb], rest
    .else
    mmad.f16f32 [acc], [za], [zb], first
    .endif
    add.s64 za, za, sa
    add.s64 zb, zb, sb
    .endr
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
