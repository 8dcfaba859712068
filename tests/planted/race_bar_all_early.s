; BAR.ALL stands before the load instead of behind it: it waits for nothing that V needs.
.kernel k, core=aiv
.param  x, in,  f16[1024]
.param  y, out, f16[1024]
.ref    relu, x, max_ulp=0
.buf    X, ub, f16[1024]
.flag   done, v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, mv:align = {len_burst=2048}, v:vec1 = {repeat=8}
    ldparam px, x
    ldparam py, y
    .if     BUG
    bar.all
    .endif
    mov_out_to_ub_align.b16 [rx], [px], mv              ; <- RACE other
    .if     !BUG
    bar.all
    .endif
    vrelu.f16 [rx], [rx], v                             ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
