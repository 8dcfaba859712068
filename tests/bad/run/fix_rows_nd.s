; expect: 9:5: RANGE: m is 8193 rows, at most 8192 are allowed with nz2nd: split the move
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix, n = 1
    ldparam p, y
    mov nd_para, n
    mov f, {m=8193 n=16 dst_stride=16 quant_pre=1 src_stride=16 nz2nd=1}
    fix_l0c_to_out.f16 [p], [c], f
    end
