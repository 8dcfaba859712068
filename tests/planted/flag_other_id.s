; V waits for the id of the other buffer. Each id is set again before V has consumed the set before:
; two loads become one bit, and with an odd number of tiles V waits for ever.
.kernel k, core=aiv
.equ    T, 1024
.param  x, in,  f32[4*T]
.param  y, out, f32[4*T]
.ref    abs, x, max_ulp=0
.buf    X, ub, f32[T], copies=2
.flag   full,  mte2 -> v, ids=2
.flag   done,  v -> mte3, ids=2
.flag   empty, mte3 -> mte2, ids=2
.macro  load p
    wait    empty[\p]
    mov_out_to_ub_align.b32 [rx[\p]], [px], mv
    set     full[\p]                                    ; <- FLAG
    add.s64 px, px, step
.endm
k:
    .reg    px:gm, py:gm, rx[2]:ub = X, step = 4*T, mv:align = {len_burst=4*T}
    .reg    v:vec1 = {repeat=T/64}
    ldparam px, x
    ldparam py, y
    arm     empty
    load    0
    load    1
    .rept   4, t
    wait    full[(\t & 1) ^ BUG]                        ; <- FLAG other
    vabs.f32 [rx[\t & 1]], [rx[\t & 1]], v
    set     done[\t & 1]
    wait    done[\t & 1]
    mov_ub_to_out_align.b32 [py], [rx[\t & 1]], mv
    set     empty[\t & 1]
    add.s64 py, py, step
    .if     \t < 2
    load    \t
    .endif
    .endr
    drain   empty
    end
