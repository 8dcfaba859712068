; expect: 6:5: BOUNDS: writes l0a 0xfe00..0x10e00, l0a of this core has 65536 bytes
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     za, 0xfe00
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
