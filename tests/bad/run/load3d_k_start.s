; expect: 6:5: RANGE: k_start is 12, not a multiple of 8
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c.k_start, 12
    load_l1_to_l0a_3dv2.b32 [za], [la], c
    end
