; expect: 7:5: RANGE: channel_size is 42: for elements of 4 bytes it must be a multiple of 8, or that plus 4
.kernel k, core=aic
k:
.include "load3d.inc"
    .reg    zb:l0b = 0
    mov     c.channel_size, 42
    load_l1_to_l0b_3dv2.b32 [zb], [la], c
    end
