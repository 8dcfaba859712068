; expect: 7:5: RANGE: src address 0x400 is outside the circular l1 of 1024 bytes (L1_3D_SIZE)
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     t, 1024
    mov     l1_3d_size, t
    load_l1_to_l0a_3dv2.b16 [za], [la], c
    end
