; expect: 6:5: RANGE: channel_size is 44: for elements of 1 bytes it must be a multiple of 32, or that plus 4, 8 or 16
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c.channel_size, 44
    load_l1_to_l0a_3dv2.b8 [za], [la], c
    end
