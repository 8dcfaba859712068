; expect: 8:5: UNKNOWN: relu_pre = 2: codes above 1 are not public, use 0 or 1
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix
    ldparam p, y
    mov f, {m=16 n=16 dst_stride=16 quant_pre=1 src_stride=16 relu_pre=2}
    fix_l0c_to_out.f16 [p], [c], f
    end
