; expect: 7:5: RANGE: the feature map is 1024000 bytes up to the last panel read, l1 has 524288
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     t, 16<<16 | 1000
    mov     fmatrix, t
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
