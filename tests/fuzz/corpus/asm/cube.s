.kernel g, core=aic
.param a, in, f16[m,k]
.param c, out, f32[m,n], layout=nd
.param m, u32 = 16
.param n, u32 = 16
.param k, u32 = 16
.buf LA, l1, f16[256*64], copies=2
.buf ZA, l0a, f16[256*64]
.buf ZB, l0b, f16[64*16]
.buf ACC, l0c, f32[256*128]
g:
    .reg pa:gm, ra:l1 = LA, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg na:nd2nz = {n_value=16 d_value=16 src_d_value=16 dst_c0_stride=16}
    .reg ca:load2d = {repeat=1}
    .reg mm:mmad = {m=16 k=16 n=16 c_init=1}
    .reg fx:fix = {n=16 m=16 dst_stride=16 src_stride=16 nz2nd=1}
    mov_out_to_l1_multi_nd2nz.b16 [ra], [pa], na
    load_l1_to_l0a_2d [za], [ra], ca
    add ca.start, 16
    mmad.f16f32 [acc], [za], [zb], mm
    fix_l0c_to_out.f32 [pa], [acc], fx
    bar.all
    end
