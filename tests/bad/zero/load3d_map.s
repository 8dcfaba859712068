; expect: 6:5: load_l1_to_l0a_3dv2: fmatrix has a feature map of 0 x 0 points
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0a = 0, m:load3d
    mov m, {channel_size=16 m_extension=16 k_extension=16}
    load_l1_to_l0a_3dv2.b16 [z], [l], m
    end
