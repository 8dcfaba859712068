; expect: 6:5: RANGE: channel_size is 44: for elements of 2 bytes it must be a multiple of 16, or that plus 4 or 8
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c.channel_size, 44
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
