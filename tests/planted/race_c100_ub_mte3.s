; MTE3 stores from UB what V has not drained from L0C yet.
; args: --chip 910A
.kernel k, core=c100
.param  a, in,  f16[16, 16], layout=nz
.param  b, in,  f16[16, 16], layout=nz
.param  c, out, f32[16, 16]
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.buf    LA,  l1,  f16[256]
.buf    LB,  l1,  f16[256]
.buf    ZA,  l0a, f16[256]
.buf    ZB,  l0b, f16[256]
.buf    ACC, l0c, f32[256]
.buf    OUT, ub,  f32[256]
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   c_full,  m -> v
.flag   o_full,  v -> mte3
k:
    .reg    pa:gm, pb:gm, pc:gm, la:l1 = LA, lb:l1 = LB, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg    out:ub = OUT, mv:burst = {len_burst=16}, ld:load2d = {repeat=1}, one:burst = {len_burst=1}
    .reg    mo:burst = {len_burst=32}, mm:mmad = {m=16 k=16 n=16 c_init=1}
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    mov_out_to_l1 [la], [pa], mv
    mov_out_to_l1 [lb], [pb], mv
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_2d [za], [la], ld
    load_l1_to_l0b_2d.transpose [zb], [lb], ld
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    set     c_full
    wait    c_full
    mov_l0c32_to_ub [out], [acc], one, #0               ; <- RACE other
    .if     !BUG
    set     o_full
    wait    o_full
    .endif
    mov_ub_to_out [pc], [out], mo                       ; <- RACE
    end
