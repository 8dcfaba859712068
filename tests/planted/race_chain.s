; V is ordered behind the load by way of MTE3, which waited for it; with the flag from MTE3 set
; too early it is not.
.kernel k, core=aiv
.param  x, in,  f32[512]
.param  c, out, f32[512]
.param  y, out, f32[512]
.ref    abs, x, y, max_ulp=0
.buf    X, ub, f32[512]
.buf    Y, ub, f32[512]
.flag   loaded, mte2 -> mte3
.flag   passed, mte3 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, pc:gm, py:gm, rx:ub = X, ry:ub = Y, mv:align = {len_burst=2048}
    .reg    v:vec1 = {repeat=8}
    ldparam px, x
    ldparam pc, c
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv              ; <- RACE other
    set     loaded
    .if     BUG
    set     passed
    .endif
    wait    loaded
    mov_ub_to_out_align.b32 [pc], [rx], mv
    .if     !BUG
    set     passed
    .endif
    wait    passed
    vabs.f32 [ry], [rx], v                              ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [ry], mv
    end
