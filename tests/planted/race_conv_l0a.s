; The windows of the second panel of channels overwrite those of the first while the cube reads them.
.kernel k, core=aic
.equ    P, 2
.equ    N, 32
.ref    conv2d, x, f, 1, 1, 1, 1, 1, 1, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m, ids=2
.flag   l0_free, m -> mte1
.flag   done,    m -> fix
k:
.include "conv.inc"
    mov     t, MAP
    mov     fmatrix, t
    .reg    rest:mmad = {m=M k=K/2 n=N}
    mov     mm.k, K/2
    mov     ca.k_extension, K/2
    mov     cb.m_extension, K/2
    mov_out_to_l1 [lx], [px], mx
    mov_out_to_l1_multi_nd2nz.b16 [lf], [pf], nf
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [lx], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lf], cb
    set     l0_full[0]
    wait    l0_full[0]
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE other
    mov     ca.k_start, K/2
    mov     cb.m_start, K/2
    .if     !BUG
    set     l0_free
    wait    l0_free
    .endif
    load_l1_to_l0a_3dv2.b16 [za], [lx], ca              ; <- RACE
    mov     zb, ZB + K*N
    load_l1_to_l0b_3dv2.b16 [zb], [lf], cb
    set     l0_full[1]
    wait    l0_full[1]
    bar.m
    mmad.f16f32 [acc], [za], [zb], rest
    set     done
    wait    done
    fix_l0c_to_out.f32 [py], [acc], fx
    end
