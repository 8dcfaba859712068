; expect: 7:5: RANGE: left_pad is 17 elements of 2 bytes, at most 32 bytes are allowed
.kernel k, core=aiv
.param  x, in,  f16[4096]
k:
    .reg p:gm, u:ub = 0, m:align = {len_burst=64 left_pad=17}
    ldparam p, x
    mov_out_to_ub_align.b16 [u], [p], m
    end
