; expect: 6:5: RANGE: m_start + m_extension reach 144, the matrix has 128 positions (128 with the rest of the last fractal)
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c.m_start, 80
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
