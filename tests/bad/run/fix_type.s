; expect: 8:5: ILLEGAL: output type f16 needs quant_pre = 1 (f32f16), the config word has 16
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix
    ldparam p, y
    mov f, {m=16 n=16 dst_stride=16 quant_pre=16 src_stride=16}
    fix_l0c_to_out.f16 [p], [c], f
    end
