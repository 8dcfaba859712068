; A vector operand at an odd element: UB addresses of V are multiples of 32 bytes.
.kernel k, core=aiv
.param  x, in,  f16[256]
.param  y, out, f16[256]
.ref    abs, x, max_ulp=0
.buf    X, ub, f16[272]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, odd:ub = X + 2*BUG
    .reg    mv:align = {len_burst=512}, v:vec1 = {repeat=2}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    wait    loaded
    vabs.f16 [odd], [odd], v                            ; <- ALIGN
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
