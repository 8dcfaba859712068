
.kernel k, core=aiv
.param a, in, f16[n]
.param b, out, f16[n]
.param n, u32 = 256
.buf U, ub, f16[256], copies=2
.blocks 3
k:
.reg pa:gm, pb:gm, u[2]:ub = U, m:burst = {len_burst=16}, v:vec1 = {repeat=2}
ldparam pa, a
ldparam pb, b
mov_out_to_ub [u[0]], [pa], m
vabs.f16 [u[1]], [u[0]], v
set_flag.v.mte3 #1
wait_flag.v.mte3 #1
.allow RACE, "on purpose"
mov_ub_to_out [pb], [u[1]], m
end
