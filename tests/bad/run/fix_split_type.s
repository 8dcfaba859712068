; expect: 8:5: ILLEGAL: channel_split = 1 needs output type f32, this is f16: set it to 0
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix
    ldparam p, y
    mov f, {m=16 n=16 dst_stride=16 quant_pre=1 src_stride=16 channel_split=1}
    fix_l0c_to_out.f16 [p], [c], f
    end
