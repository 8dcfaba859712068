; expect: 6:5: RANGE: m_extension is 65, not a multiple of 16, and does not reach the last fractal of the 128 positions
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c.m_extension, 65
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
