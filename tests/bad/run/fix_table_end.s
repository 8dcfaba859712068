; expect: 9:5: RANGE: fpc puts the table of 32 columns at 0x780 of fb part 0, which has 2048 bytes
.kernel k, core=aic
.param  y, out, f16[4096]
k:
    .reg c:l0c = 0, p:gm, f:fix, n = 15 << 8
    ldparam p, y
    mov fpc, n
    mov f, {m=16 n=32 dst_stride=16 quant_pre=10 src_stride=16}
    fix_l0c_to_out.s32f16 [p], [c], f
    end
