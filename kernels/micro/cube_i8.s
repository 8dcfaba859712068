; n MMADs of 256x128 by 128x128 in int8, one behind the other; operands stay in L0, whatever they hold.
; What the matrix unit sustains: m*n*k = 4,194,304 a MMAD.
.kernel cube_i8, core=aic
.param  n, u32 = 1000, min=1

.buf    ZA,  l0a, s8[256*128]
.buf    ZB,  l0b, s8[128*128]
.buf    ACC, l0c, s32[256*128]

cube_i8:
    .reg    za:l0a = ZA, zb:l0b = ZB, racc:l0c = ACC, left, zero = 0
    .reg    mm:mmad = {m=256 k=128 n=128 c_init=1}
    ldparam left, n
loop:
    mmad.s8 [racc], [za], [zb], mm
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, loop
    end
