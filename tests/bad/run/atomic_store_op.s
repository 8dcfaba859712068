; expect: 9:5: RESERVED: ctrl[10:9] = 3 is no atomic operation: use 0 to 2
.kernel k, core=aiv
.param  y, out, f16[4096]
k:
    .reg p:gm, u:ub = 0, n = 3 << 9 | 1 << 6
    .reg m:burst = {len_burst=1}
    ldparam p, y
    mov ctrl, n
    mov_ub_to_out [p], [u], m
    end
