; expect: 9:5: ILLEGAL: output type f16 with an atomic store of f32 (ctrl[8:6]): they must agree
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix, n = 1 << 6
    ldparam p, y
    mov ctrl, n
    mov f, {m=16 n=16 dst_stride=16 quant_pre=1 src_stride=16}
    fix_l0c_to_out.f16 [p], [c], f
    end
