; expect: 7:5: mov_out_to_ub: n_burst = 0 in the config word
.kernel k, core=aiv
.param  x, in,  f16[4096]
k:
    .reg p:gm, u:ub = 0, m:burst = {n_burst=0 len_burst=1}
    ldparam p, x
    mov_out_to_ub [u], [p], m
    end
