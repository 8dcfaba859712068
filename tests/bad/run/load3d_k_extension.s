; expect: 6:5: RANGE: k_extension is 17, not a multiple of 16, and does not reach the last fractal of the 48 columns
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c.k_extension, 17
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
