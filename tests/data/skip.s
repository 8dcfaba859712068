; c = a * b as fractals lie: 128 x 64 times 64 x 128; of the 32 fractals of A the last ZERO are made
; zero on the way
.kernel skip, core=aic
.param  a, in,  f16[8192]
.param  b, in,  f16[8192]
.param  c, out, f32[16384]
.buf    LA, l1, f16[8192]
.buf    LB, l1, f16[8192]
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
.ifndef ZERO
.equ    ZERO, 0
.endif
skip:
    .reg    pa:gm, pb:gm, pc:gm, la:l1 = LA, lb:l1 = LB, za:l0a = 0, zb:l0b = 0, zc:l0c = 0
    .reg    bu:burst, ld:load2d, mm:mmad, fx:fix
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    mov     bu, {len_burst=512}
    mov_out_to_l1 [la], [pa], bu
    mov_out_to_l1 [lb], [pb], bu
    set     l1_full
    wait    l1_full
    mov     ld, {repeat=32}
    load_l1_to_l0a_2d [za], [la], ld
    load_l1_to_l0b_2d [zb], [lb], ld
    .if     ZERO
    .reg    sf:fill = {repeat=1 blocks=ZERO}, t = 0
    mov     l0_set_value, t
    mov     za, 512*(32-ZERO)
    set_l0a_2d.b16 [za], sf
    mov     za, 0
    .endif
    set     l0_full
    wait    l0_full
    mov     mm, {m=128 k=64 n=128 c_init=1}
    mmad.f16f32 [zc], [za], [zb], mm
    set     done
    wait    done
    mov     fx, {m=128 n=128 src_stride=128 dst_stride=256}
    fix_l0c_to_out.f32 [pc], [zc], fx
    end
