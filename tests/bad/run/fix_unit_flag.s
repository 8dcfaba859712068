; expect: 8:5: ILLEGAL: unit_flag = 1 is no mode: use 0, 2 or 3
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix
    ldparam p, y
    mov f, {m=16 n=16 dst_stride=16 quant_pre=1 src_stride=16 unit_flag=1}
    fix_l0c_to_out.f16 [p], [c], f
    end
