; S stores the result itself and ends without DCCI: the line stays dirty in the D-cache, GM keeps
; the old number.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[1, 64]
.param  y, out, f32[1]
.ref    sum_rows, x, rtol=1e-4, atol=1e-4
.buf    X, ub, f32[64]
.buf    R, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   summed, v -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, rr:ub = R, w, sum, mv:align = {len_burst=256}
    .reg    r:red = {repeat=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    vcadd.f32 [rr], [rx], r
    set     summed
    wait    summed
    ub_window w, R
    ld.b32  sum, [w, 0]
    st.b32  sum, [py, 0]                                ; <- STALE
    .if     !BUG
    dcci.line.out py
    dsb.ddr
    .endif
    end
