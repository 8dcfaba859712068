; The vector cores take the product from GM while the cube core is still at it: only a cross-core
; flag would order them.
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.equ    M, 32
.equ    N, 80
.equ    K, 16
.param  a, in,  f16[M, K]
.param  b, in,  f16[K, N]
.param  c, out, f32[M, N]
.param  y, out, f32[2, 80]
.ref    gemm, a, b, c, rtol=1e-3, atol=1e-3
.buf    LA,  l1,  f16[M*K]
.buf    LB,  l1,  f16[K*N]
.buf    ZA,  l0a, f16[M*K]
.buf    ZB,  l0b, f16[K*N]
.buf    ACC, l0c, f32[M*N]
.buf    X,   ub,  f32[80]
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
.flag   loaded,  mte2 -> mte3
cube:
    .scope
    .reg    pa:gm, pb:gm, pc:gm
    .reg    la:l1 = LA, lb:l1 = LB, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg    na:nd2nz = {n_value=M d_value=K src_d_value=K dst_c0_stride=M}
    .reg    nb:nd2nz = {n_value=K d_value=N src_d_value=N dst_c0_stride=K}
    .reg    ca:load2d = {repeat=M/16}, cb:load2d = {repeat=N/16}, mm:mmad = {m=M k=K n=N c_init=1}
    .reg    fx:fix = {n=N m=M dst_stride=N src_stride=M nz2nd=1}
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_2d [za], [la], ca
    load_l1_to_l0b_2d.transpose [zb], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx                  ; <- RACE
    end
    .endscope
vector:
    .reg    px:gm, py:gm, rx:ub = X, at, mv:align = {len_burst=BUG ? 320 : 160}
    mov     at, subblockid
    mul.s64 at, at, 320
    ldparam py, y
    add.s64 py, py, at
    .if     BUG
    ldparam px, c
    .else
    ldparam px, b
    .endif
    mov_out_to_ub_align.b32 [rx], [px], mv              ; <- RACE
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
