; expect: 7:5: RANGE: m_start is 8, not a multiple of 16
.kernel k, core=aic
k:
.include "load3d.inc"
    .reg    zb:l0b = 0
    mov     c.m_start, 8
    load_l1_to_l0b_3dv2.b16 [zb], [la], c
    end
