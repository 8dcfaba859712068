; Merged core: the cube reads L0A while MTE1 loads it; its matrix results cannot be stored yet, V
; copies x.
; args: --chip 910A
.kernel k, core=c100
.param  x, in,  f16[256]
.param  y, out, f16[256]
.ref    copy, x, max_ulp=0
.buf    LX, l1, f16[256]
.buf    ZA, l0a, f16[256]
.buf    ZB, l0b, f16[256]
.buf    ACC, l0c, f32[256]
.buf    X, ub, f16[256]
.flag   l1_full, mte2 -> mte1
.flag   loaded,  mte2 -> mte3
.flag   l0_full, mte1 -> m
k:
    .reg    px:gm, py:gm, rx:ub = X, lx:l1 = LX, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC
    .reg    mv:burst = {len_burst=16}, one:load2d = {repeat=1}, mm:mmad = {m=16 k=16 n=16 c_init=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_l1 [lx], [px], mv
    set     l1_full
    mov_out_to_ub [rx], [px], mv
    set     loaded
    wait    l1_full
    load_l1_to_l0a_2d.transpose [za], [lx], one
    .if     BUG
    set     l0_full
    .endif
    load_l1_to_l0b_2d.transpose [zb], [lx], one         ; <- RACE other
    .if     !BUG
    set     l0_full
    .endif
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE
    wait    loaded
    mov_ub_to_out [py], [rx], mv
    end
