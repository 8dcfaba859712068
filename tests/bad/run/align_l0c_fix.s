; expect: 8:5: ALIGN: src address 0x20 in l0c is not a multiple of 64 bytes
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0x20, p:gm, f:fix
    ldparam p, y
    mov f, {m=16 n=16 dst_stride=16 quant_pre=1 src_stride=16}
    fix_l0c_to_out.f16 [p], [c], f
    end
