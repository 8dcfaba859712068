; expect: 7:5: RANGE: m_start + m_extension and the repeats reach 144, the matrix has 128 positions (128 with the rest of the last fractal)
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     t, 2<<16 | 5
    mov     l3d_rpt, t
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
