; expect: 7:5: RANGE: L1_3D_SIZE is 1000: 0, or a multiple of 32 from 1024 to the 524288 bytes of l1
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     t, 1000
    mov     l1_3d_size, t
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
