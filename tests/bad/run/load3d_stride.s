; expect: 6:5: RANGE: stride_w is 16, at most 15 are left beside the filter in width
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c.stride_w, 16
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
