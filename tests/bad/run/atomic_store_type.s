; expect: 8:5: RESERVED: ctrl[8:6] = 7 is no type of atomic stores: use 0 to 6
.kernel k, core=aiv
.param  y, out, f16[4096]
k:
    .reg p:gm, u:ub = 0, n = 7 << 6, m:burst = {len_burst=1}
    ldparam p, y
    mov ctrl, n
    mov_ub_to_out [p], [u], m
    end
