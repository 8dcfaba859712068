; expect: 7:5: mov_ub_to_out: len_burst = 0 in the config word
.kernel k, core=aiv
.param  y, out, f16[4096]
k:
    .reg p:gm, u:ub = 0, m:burst = {len_burst=0}
    ldparam p, y
    mov_ub_to_out [p], [u], m
    end
