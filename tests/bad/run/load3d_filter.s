; expect: 6:5: RANGE: the filter covers 300 points in width, the padded feature map has 16
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c, {channel_size=48 m_extension=64 k_extension=32 filter_w=300}
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
