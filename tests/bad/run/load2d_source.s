; expect: 5:5: BOUNDS: reads l1 0x7fe00..0x80200, l1 of this core has 524288 bytes
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0a = 0, m:load2d = {repeat=2 start=1023}
    load_l1_to_l0a_2d [z], [l], m
    end
