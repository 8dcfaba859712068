	
.kernel k, core=aic
.param c, out, f32[4096]
.buf LA, l1, f16[1024]
.buf ACC, l0c, f32[256], copies=10
k:
.reg zero = 0, pc:gm, la:l1 = LA, za:l0a = 0, zb:l0b = 0, acc[10]:l0c = ACC
.reg cl:load2d = {repeat=4}, mm:mmad = {m=16 k=16 n=16 unit_flag=3 c_init=1}
.reg fx:fix = {n=16 m=16 dst_stride=16 src_stride=16 nz2nd=1 unit_flag=3}
ldparam pc, c
load_l1_to_l0a_2d [za], [la], cl
load_l1_to_l0b_2d [zb], [la], cl
set_flag.mte1.m #0
wait_flag.mte1.m #0
.rept 9, i
mmad.f16f32 [acc[\i]], [za], [zb], mm
fix_l0c_to_out.f32 [pc], [acc[\i]], fx
.endr
end
