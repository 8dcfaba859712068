; expect: 7:5: mov_out_to_ub_align: len_burst = 0 in the config word
.kernel k, core=aiv
.param  x, in,  f16[4096]
k:
    .reg p:gm, u:ub = 0, m:align = {len_burst=0}
    ldparam p, x
    mov_out_to_ub_align.b16 [u], [p], m
    end
