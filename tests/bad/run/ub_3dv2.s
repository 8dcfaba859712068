; expect: 12:5: BOUNDS: writes ub 0x0..0x200, ub of this core has 0 bytes
.kernel k, core=aic
.buf    LA, l1, f16[1024]
k:
    .reg    la:l1 = LA, t, ca:load3d = {k_extension=16 m_extension=16 channel_size=16}, d
    mov     d, 0
    mov     t, 16 | 1 << 16
    mov     fmatrix, t
    ; one row of 16
    nop
    nop
    load_l1_to_ub_3dv2.b16 [d], [la], ca
    end
