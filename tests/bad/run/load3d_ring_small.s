; expect: 7:5: RANGE: the feature map is 8192 bytes up to the last panel read, the circular l1 (L1_3D_SIZE) has 4096
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     t, 4096
    mov     l1_3d_size, t
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
