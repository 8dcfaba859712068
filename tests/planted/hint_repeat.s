; A loop of S issues one repeat at a time: 24 instructions where one with 24 repeats does the same.
.kernel k, core=aiv
.param  x, in,  f32[1536]
.param  y, out, f32[1536]
.ref    abs, x, max_ulp=0
.buf    X, ub, f32[1536]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, rx:ub = X, at:ub = X, step = 256, left = BUG ? 24 : 1, zero = 0
    .reg    mv:align = {len_burst=6144}, v:vec1 = {repeat=BUG ? 1 : 24}
    ldparam p, x
    mov_out_to_ub_align.b32 [rx], [p], mv
    set     loaded
    wait    loaded
next:
    vabs.f32 [at], [at], v                              ; <- REPEAT
    add.s64 at, at, step
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, next
    ldparam p, y
    set     done
    wait    done
    mov_ub_to_out_align.b32 [p], [rx], mv
    end
