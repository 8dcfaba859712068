; expect: 7:5: UNKNOWN: left_pad = 1, right_pad = 0: what pads mean on the way to gm is not public, set both to 0
.kernel k, core=aiv
.param  y, out, f16[4096]
k:
    .reg p:gm, u:ub = 0, m:align = {len_burst=64 left_pad=1}
    ldparam p, y
    mov_ub_to_out_align.b16 [p], [u], m
    end
