; In every round V waits again for the constants that were loaded before the loop.
.kernel k, core=aiv
.equ    T, 1024
.param  x, in,  f32[4*T]
.param  s, in,  f32[T]
.param  y, out, f32[4*T]
.ref    copy, x, max_ulp=0
; args: s=ones
.buf    S, ub, f32[T]
.buf    X, ub, f32[T], copies=4
.flag   full,  mte2 -> v, ids=4
.if     BUG
.flag   extra, mte2 -> v, ids=4
.endif
.flag   done,  v -> mte3, ids=4
k:
    .reg    p:gm, rs:ub = S, rx[4]:ub = X, py:gm, step = 4*T
    .reg    mv:align = {len_burst=4*T}, v:vec3 = {repeat=T/64}
    ldparam p, s
    mov_out_to_ub_align.b32 [rs], [p], mv
    ldparam p, x
    ldparam py, y
    .rept   4, t
    .if     BUG
    set     extra[\t]                                   ; <- REDUNDANT other
    .endif
    mov_out_to_ub_align.b32 [rx[\t]], [p], mv
    set     full[\t]
    wait    full[\t]
    .if     BUG
    wait    extra[\t]                                   ; <- REDUNDANT
    .endif
    vmul.f32 [rx[\t]], [rx[\t]], [rs], v
    set     done[\t]
    wait    done[\t]
    mov_ub_to_out_align.b32 [py], [rx[\t]], mv
    add.s64 p, p, step
    add.s64 py, py, step
    .endr
    end
