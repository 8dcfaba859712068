; expect: 7:5: BOUNDS: reads gm 0xffffffffe00..0x100000000200, which no tensor holds
.kernel k, core=aic
.param  x, in,  f16[4096]
k:
    .reg p:gm, l:l1 = 0, m:load2d = {repeat=2}
    ldparam p, x
    load_out_to_l1_2d.descend [l], [p], m
    end
