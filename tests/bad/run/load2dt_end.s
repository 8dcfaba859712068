; expect: 6:5: BOUNDS: writes l0b 0xfe00..0x10200, l0b of this core has 65536 bytes
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0b = 0xfe00, m:load2dt
    mov m, {repeat=1}
    load_l1_to_l0b_2d_transpose.b8 [z], [l], m
    end
