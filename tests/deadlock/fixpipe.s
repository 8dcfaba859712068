; The fixpipe instruction has unit flags, the mmad that fills its tile has none.
.kernel fixpipe, core=aic
.param  c, out, f32[4096]
.buf    ZA, l0a, f16[1024]
.buf    ZB, l0b, f16[1024]
.buf    ACC, l0c, f32[4096]
fixpipe:
    .reg    pc:gm, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg    mm:mmad = {m=64 k=16 n=64 c_init=1}
    .reg    fx:fix = {n=64 m=64 dst_stride=64 src_stride=64 nz2nd=1 unit_flag=3}
    ldparam pc, c
    mmad.f16f32 [acc], [za], [zb], mm
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
