; expect: 7:5: ALIGN: dst_matrix_stride is 264 elements of 2 bytes, not a multiple of 32 bytes
.kernel k, core=aic
.param  x, in,  f16[4096]
k:
    .reg p:gm, l:l1 = 0, m:nd2nz = {nd_num=2 n_value=16 d_value=16 src_d_value=16 src_matrix_stride=256 dst_c0_stride=16 dst_matrix_stride=264}
    ldparam p, x
    mov_out_to_l1_multi_nd2nz.b16 [l], [p], m
    end
