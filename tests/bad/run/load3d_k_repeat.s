; expect: 7:5: RANGE: k_start + k_extension and the repeats reach 64, the matrix has 48 columns (48 with the rest of the last fractal)
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     t, 1<<24 | 3<<16 | 1
    mov     l3d_rpt, t
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
