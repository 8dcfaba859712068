; The length of an aligning move counts bytes, here it is given in blocks of 32: a sixteenth of x is
; loaded (64 bytes of 1024), the rest of y is what UB held.
.kernel k, core=aiv
.param  x, in,  f16[512]
.param  y, out, f16[512]
.ref    relu, x, max_ulp=0
.buf    X, ub, f16[512]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, in:align = {len_burst=BUG ? 64 : 1024}
    .reg    out:align = {len_burst=1024}, v:vec1 = {repeat=4}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], in
    set     loaded
    wait    loaded
    vrelu.f16 [rx], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], out             ; <- UNINIT
    end
