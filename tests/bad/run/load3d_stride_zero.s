; expect: 7:5: RANGE: stride_w is 0, at least 1 is needed
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     t, 0
    mov     c.stride_w, t
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
