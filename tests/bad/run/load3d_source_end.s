; expect: 6:5: BOUNDS: reads l1 0x7f000..0x80800, l1 of this core has 524288 bytes
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     la, 0x7f000
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
