; expect: 5:25: load_l1_to_l0b_3dv2 has no type 'b8' (b16 b32)
.kernel k, core=aic
k:
    .reg zb:l0b = 0, la:l1 = 0, c:load3d = {channel_size=16 m_extension=16 k_extension=16}
    load_l1_to_l0b_3dv2.b8 [zb], [la], c
    end
