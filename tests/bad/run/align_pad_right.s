; expect: 7:5: RANGE: right_pad is 9 elements of 4 bytes, at most 32 bytes are allowed
.kernel k, core=aiv
.param  x, in,  f16[4096]
k:
    .reg p:gm, u:ub = 0, m:align = {len_burst=64 right_pad=9}
    ldparam p, x
    mov_out_to_ub_align.b32 [u], [p], m
    end
