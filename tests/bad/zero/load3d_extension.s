; expect: 8:5: load_l1_to_l0a_3dv2: k_extension = 0 in the config word
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0a = 0, m:load3d, t
    mov t, 4<<16 | 4
    mov fmatrix, t
    mov m, {channel_size=16 m_extension=16 k_extension=0}
    load_l1_to_l0a_3dv2.b16 [z], [l], m
    end
