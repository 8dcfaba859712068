
.kernel k, core=aiv
.param b, out, f32[64]
.param e, scratch, u8[0]
.buf U, ub, f32[64], copies=3
k:
.reg pb:gm, t, u[3]:ub = U, m:burst = {len_burst=3}, v:vec3 = {repeat=1}, al:align = {len_burst=5 n_burst=9}
ldparam pb, b
vadd.f32 [u[2]], [u[0]], [u[1]], v
bar.v
set_flag.v.mte3 #0
wait_flag.v.mte3 #0
mov_ub_to_out_align.b8 [pb], [u[2]], al
ld.b64 t, [pb, 8]
st.b64 t, [pb, 128]
mov ctrl, t
end
