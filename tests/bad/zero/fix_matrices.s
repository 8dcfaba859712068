; expect: 9:5: fix_l0c_to_out: nd_para[15:0] = 0 matrices
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix, n = 0
    ldparam p, y
    mov nd_para, n
    mov f, {m=16 n=16 dst_stride=16 quant_pre=1 src_stride=16 nz2nd=1}
    fix_l0c_to_out.f16 [p], [c], f
    end
