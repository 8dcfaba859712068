; expect: 6:5: ALIGN: src address 0x410 in l1 is not a multiple of 32 bytes
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     la, 0x410
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
