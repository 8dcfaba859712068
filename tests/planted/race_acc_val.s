; S reads ACC_VAL while V is still summing: the register belongs to V, and no flag says that it is
; ready.
; args: x=ones
.kernel k, core=aiv
.param  x, in,  f32[4096]
.param  y, out, f32[4096]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[4096]
.buf    R, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   to_out, mte2 -> mte3
.flag   summed, v -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, rr:ub = R, sum, mv:align = {len_burst=16384}
    .reg    r:red = {repeat=64 acc=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    set     to_out
    wait    loaded
    vcadd.f32 [rr], [rx], r                             ; <- RACE other
    .if     !BUG
    set     summed
    wait    summed
    .endif
    mov     sum, acc_val                                ; <- RACE
    .assert sum == f32(4096), "the sum of 4096 ones"
    add.s64 sum, sum, 0
    wait    to_out
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
