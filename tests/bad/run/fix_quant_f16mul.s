; expect: 8:5: UNKNOWN: quant_pre = 6 (f16mul): what is multiplied is not public
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix
    ldparam p, y
    mov f, {m=16 n=16 dst_stride=16 quant_pre=6 src_stride=16}
    fix_l0c_to_out.f16 [p], [c], f
    end
