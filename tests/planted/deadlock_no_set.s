; The set stands in a branch for long inputs only, the wait in both: a short input hangs the board.
; args: n=64
.kernel k, core=aiv
.param  n, u32 = 2048, max=4096
.param  x, in,  f32[n]
.param  y, out, f32[n]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[4096]
.flag   loaded, mte2 -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, n, short = 512, mv:align = {len_burst=0}
    ldparam px, x
    ldparam py, y
    ldparam n, n
    shl.b64 n, n, 2
    mov     mv.len_burst, n
    mov_out_to_ub_align.b32 [rx], [px], mv
    jumpcmp.lt.s64 n, short, few
    set     loaded
    jump    store
few:
    .if     !BUG
    set     loaded
    .endif
store:
    wait    loaded                                      ; <- DEADLOCK
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
