; expect: 7:5: BOUNDS: writes gm 0x100000000000..0x100000002020, the nearest tensor y ends at 0x100000002000
.kernel k, core=aiv
.param  y, out, f16[4096]
k:
    .reg p:gm, u:ub = 0, m:burst = {len_burst=257}
    ldparam p, y
    mov_ub_to_out [p], [u], m
    end
