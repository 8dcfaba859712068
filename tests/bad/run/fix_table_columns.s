; expect: 8:5: RANGE: n is 272 columns, the quantisation table holds 256: split the move
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix
    ldparam p, y
    mov f, {m=16 n=272 dst_stride=16 quant_pre=10 src_stride=16}
    fix_l0c_to_out.s32f16 [p], [c], f
    end
