; expect: 6:5: ILLEGAL: transpose = 1 needs elements of 2 bytes, these have 4
.kernel k, core=aic
k:
.include "load3d.inc"
    mov     c.transpose, 1
    load_l1_to_l0a_3dv2.b32 [za], [la], c
    end
