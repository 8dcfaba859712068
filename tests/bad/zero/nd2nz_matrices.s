; expect: 7:5: mov_out_to_l1_multi_nd2nz: nd_num = 0 in the config word
.kernel k, core=aic
.param  x, in,  f16[4096]
k:
    .reg p:gm, l:l1 = 0, m:nd2nz = {nd_num=0 n_value=16 d_value=16 src_d_value=16 dst_c0_stride=16}
    ldparam p, x
    mov_out_to_l1_multi_nd2nz.b16 [l], [p], m
    end
