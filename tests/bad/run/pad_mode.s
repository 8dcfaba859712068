; expect: 7:5: RESERVED: padding mode 9 does not exist: use 0 to 8
.kernel k, core=aic
.param  x, in,  f16[4096]
k:
    .reg p:gm, l:l1 = 0, m:burst = {len_burst=1}
    ldparam p, x
    mov_out_to_l1_pad [l], [p], m, 9
    end
