; expect: 10:5: load_l1_to_l0a_3dv2: l3d_rpt[23:16] = 0 repeats
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0a = 0, m:load3d, t
    mov t, 4<<16 | 4
    mov fmatrix, t
    mov t, 0
    mov l3d_rpt, t
    mov m, {channel_size=16 m_extension=16 k_extension=16}
    load_l1_to_l0a_3dv2.b16 [z], [l], m
    end
