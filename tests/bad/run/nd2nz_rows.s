; expect: 8:5: RANGE: n_value is 16385 rows, at most 16384 are allowed: split the move
.kernel k, core=aic
.param  x, in,  f16[4096]
k:
    .reg p:gm, l:l1 = 0, m:nd2nz = {n_value=16 d_value=16 src_d_value=16 dst_c0_stride=16}, n = 16385
    ldparam p, x
    mov m.n_value, n
    mov_out_to_l1_multi_nd2nz.b16 [l], [p], m
    end
