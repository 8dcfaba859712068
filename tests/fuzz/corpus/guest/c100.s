
.kernel k, core=c100
.param a, in, f16[256]
k:
.reg pa:gm, u:ub = 0, m:burst = {len_burst=16}, v:vec3 = {repeat=2}
ldparam pa, a
mov_out_to_ub [u], [pa], m
vadd.f16 [u], [u], [u], v
bar.all
mov_ub_to_out [pa], [u], m
end
