; V computes on a tile that MTE2 is still writing: nothing waits for `full`. The set that comes again
; and the races of the next rounds follow from it and are not told.
; args: n=4096
.include "dv.inc"
.kernel k, core=aiv
.param  n, u32 = 4096, min=1024
.param  x, in,  f32[n]
.param  y, out, f32[n]
.ref    add, x, x, max_ulp=0
.buf    X, ub, f32[1024]
.buf    Y, ub, f32[1024]
.flag   full,  mte2 -> v
.flag   done,  v -> mte3
.flag   empty, mte3 -> mte2
k:
    .reg    px:gm, py:gm, left, zero = 0, by = 4096, cnt = 1024, rx:ub = X, ry:ub = Y
    .reg    mv:align = {len_burst=4096}, v:vec3 = {repeat=16}
    ldparam left, n
    ldparam px, x
    ldparam py, y
loop:
    mov_out_to_ub_align.b32 [rx], [px], mv              ; <- COLLISION other
    set     full
    .if     !BUG
    wait    full
    .endif
    vadd.f32 [ry], [rx], [rx], v                        ; <- COLLISION
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [ry], mv
    set     empty
    wait    empty
    add.s64 px, px, by
    add.s64 py, py, by
    sub.s64 left, left, cnt
    jumpcmp.gt.s64 left, zero, loop
    end
