; The sum in ACC_VAL takes in 24 lanes that nobody wrote, and S goes on with it.
; args: x=ones
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[1000]
.param  y, out, f32[1000]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[1024]
.buf    R, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   to_out, mte2 -> mte3
.flag   summed, v -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, rr:ub = R, sum, n = 1000, mv:align = {len_burst=4000}
    .reg    r:red = {repeat=16 acc=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    set     to_out
    .if     !BUG
    mask_count n
    .endif
    wait    loaded
    vcadd.f32 [rr], [rx], r
    mask_all
    set     summed
    wait    summed
    mov     sum, acc_val                                ; <- UNINIT
    .assert sum == f32(1000), "the sum of 1000 ones"
    sub.s64 sum, sum, n
    wait    to_out
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
