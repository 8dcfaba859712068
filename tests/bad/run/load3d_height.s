; expect: 7:5: RANGE: the feature map is 32768 points in height, at most 32767 are allowed
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     t, 32768<<16 | 16
    mov     fmatrix, t
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
