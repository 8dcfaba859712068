; n MMADs of 256x64 by 64x128 in f16, one behind the other; operands stay in L0, whatever they hold.
; What the matrix unit sustains: m*n*k = 2,097,152 a MMAD.
.kernel cube_f16, core=aic
.param  n, u32 = 1000, min=1

.buf    ZA,  l0a, f16[256*64]
.buf    ZB,  l0b, f16[64*128]
.buf    ACC, l0c, f32[256*128]

cube_f16:
    .reg    za:l0a = ZA, zb:l0b = ZB, racc:l0c = ACC, left, zero = 0
    .reg    mm:mmad = {m=256 k=64 n=128 c_init=1}
    ldparam left, n
loop:
    mmad.f16f32 [racc], [za], [zb], mm
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, loop
    end
