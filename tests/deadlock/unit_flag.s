; The mmad of the second tile waits until a fixpipe instruction has read the first: none does.
.kernel unit_flag, core=aic
.buf    ZA, l0a, f16[1024]
.buf    ZB, l0b, f16[1024]
.buf    ACC, l0c, f32[4096]
unit_flag:
    .reg    za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg    mm:mmad = {m=64 k=16 n=64 c_init=1 unit_flag=3}
    mmad.f16f32 [acc], [za], [zb], mm
    mmad.f16f32 [acc], [za], [zb], mm
    end
