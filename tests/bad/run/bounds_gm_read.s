; expect: 7:5: BOUNDS: reads gm 0x100000000000..0x100000002020, the nearest tensor x ends at 0x100000002000
.kernel k, core=aiv
.param  x, in,  f16[4096]
k:
    .reg p:gm, u:ub = 0, m:burst = {len_burst=257}
    ldparam p, x
    mov_out_to_ub [u], [p], m
    end
