; expect: 7:5: ALIGN: dst address 0x10 in l1 is not a multiple of 32 bytes
.kernel k, core=aic
.param  x, in,  f16[4096]
k:
    .reg p:gm, l:l1 = 0x10, m:burst = {len_burst=1}
    ldparam p, x
    mov_out_to_l1 [l], [p], m
    end
