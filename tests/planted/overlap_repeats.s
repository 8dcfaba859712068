; x is moved up by one repeat in place: each repeat writes what the next one reads, so x[0..63]
; spreads.
.kernel k, core=aiv
.param  x, in,  f32[256]
.param  y, out, f32[256]
.ref    relu, x, max_ulp=0
.buf    X, ub, f32[320]
.buf    Y, ub, f32[320]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, to:ub = BUG ? X + 256 : Y
    .reg    mv:align = {len_burst=1024}, v:vec1 = {repeat=4}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    vrelu.f32 [to], [rx], v                             ; <- OVERLAP
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [to], mv
    end
