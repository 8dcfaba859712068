; expect: 7:5: RANGE: k_start + k_extension reach 64, the matrix has 48 columns (48 with the rest of the last fractal)
.kernel k, core=aic
k:
.include "load3d.inc"
    .reg    zb:l0b = 0
    mov     c.k_start, 32
    load_l1_to_l0b_3dv2.b16 [zb], [la], c
    end
