; A core that runs two blocks one after the other: in all but the first the wait for the load is left out.
; args: --blocks 49
.kernel k, core=aiv
.param  x, in,  f16[49, 2048]
.param  y, out, f16[49, 2048]
.ref    abs, x, max_ulp=0
.buf    X, ub, f16[2048]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, at, last = 48, mv:align = {len_burst=4096}, v:vec1 = {repeat=16}
    ldparam px, x
    ldparam py, y
    mov     at, blockid
    .if     !BUG
    mov     last, 49
    .endif
    jumpcmp.ge.s64 at, last, late
    shl.b64 at, at, 12
    add.s64 px, px, at
    add.s64 py, py, at
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    wait    loaded
    jump    work
late:
    shl.b64 at, at, 12
    add.s64 px, px, at
    add.s64 py, py, at
    mov_out_to_ub_align.b16 [rx], [px], mv              ; <- RACE other
work:
    vabs.f16 [rx], [rx], v                              ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
