; expect: 7:5: BOUNDS: writes l1 0x7ffe0..0x80020, l1 of this core has 524288 bytes
.kernel k, core=aic
.param  x, in,  f16[4096]
k:
    .reg p:gm, l:l1 = 0x7ffe0, m:burst = {len_burst=2}
    ldparam p, x
    mov_out_to_l1 [l], [p], m
    end
