; expect: 6:5: RANGE: the filter covers 9 points in height, the padded feature map has 8
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c, {channel_size=48 m_extension=64 k_extension=32 filter_h=3 dilation_h=4}
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
