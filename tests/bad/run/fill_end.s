; expect: 5:5: BOUNDS: writes l0a 0xfe00..0x10200, l0a of this core has 65536 bytes
.kernel k, core=aic
k:
    .reg z:l0a = 0xfe00, m:fill = {repeat=1 blocks=2}
    set_l0a_2d.b16 [z], m
    end
