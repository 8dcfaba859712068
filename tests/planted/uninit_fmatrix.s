; FMATRIX is set for the weights only: the map has the size and the border of whatever ran before,
; after reset none, and the load of the windows does nothing.
.kernel k, core=aic
.equ    P, 1
.equ    N, 32
.ref    conv2d, x, f, 1, 1, 1, 1, 1, 1, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
k:
.include "conv.inc"
    .if     !BUG
    mov     t, MAP
    mov     fmatrix, t
    .endif
    mov_out_to_l1 [lx], [px], mx
    mov_out_to_l1_multi_nd2nz.b16 [lf], [pf], nf
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [lx], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lf], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    set     done
    wait    done
    fix_l0c_to_out.f32 [py], [acc], fx                  ; <- UNINIT
    end
