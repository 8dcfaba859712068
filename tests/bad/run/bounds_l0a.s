; expect: 5:5: BOUNDS: writes l0a 0xfe00..0x10200, l0a of this core has 65536 bytes
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0a = 0xfe00, m:load2d = {repeat=2}
    load_l1_to_l0a_2d [z], [l], m
    end
