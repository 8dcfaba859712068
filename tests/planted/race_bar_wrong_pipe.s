; The barrier between two dependent vector instructions is one of MTE2: V does not wait.
.kernel k, core=aiv
.param  x, in,  f16[1280]
.param  y, out, f16[1280]
.ref    sqrt, x, max_ulp=2
; args: x=iota
.buf    X, ub, f16[1280]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, mv:align = {len_burst=2560}, v:vec1 = {repeat=10}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    wait    loaded
    vabs.f16 [rx], [rx], v                              ; <- RACE other
    .if     BUG
    bar.mte2
    .else
    bar.v
    .endif
    vsqrt.f16 [rx], [rx], v                             ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
