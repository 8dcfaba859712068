; expect: 9:5: ILLEGAL: output type s32s8 needs quant_pre[46] = 1, the register has 0
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix, n = 0
    ldparam p, y
    mov quant_pre, n
    mov f, {m=16 n=32 dst_stride=16 quant_pre=9 src_stride=16}
    fix_l0c_to_out.s32s8 [p], [c], f
    end
