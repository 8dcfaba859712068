; y = twice the last piece of x: every core reads all of x, piece after piece, past L2 (sid=1), so
; that all of them want the same lines of memory at once.
.kernel same_lines, core=aiv
.param  pieces, u32 = 32, min=2, max=1024, multiple=2
.param  x, in,  f16[8192*pieces]
.param  y, out, f16[blocks, 8192]

.equ    PIECE, 8192
.buf    T, ub, f16[PIECE], copies=2
.buf    S, ub, f16[PIECE], bank=2
.flag   full,  mte2 -> v, ids=2
.flag   empty, v -> mte2, ids=2
.flag   sum,   v -> mte3

same_lines:
    .reg    px:gm, py:gm, left, at, zero = 0, two = 2, step = 2*PIECE, t[2]:ub = T, s:ub = S
    .reg    in:align = {len_burst=2*PIECE sid=1}, out:align = {len_burst=2*PIECE}
    .reg    twice:vec3 = {repeat=PIECE/128}
    ldparam px, x
    ldparam py, y
    ldparam left, pieces
    mov     at, blockid
    mul.s64 at, at, step
    add.s64 py, py, at
    arm     empty
loop:
    .rept   2, p
    wait    empty[\p]
    mov_out_to_ub_align.b16 [t[\p]], [px], in
    set     full[\p]
    wait    full[\p]
    vadd.f16 [s], [t[\p]], [t[\p]], twice
    bar.v
    set     empty[\p]
    add.s64 px, px, step
    .endr
    sub.s64 left, left, two
    jumpcmp.gt.s64 left, zero, loop
    drain   empty
    set     sum
    wait    sum
    mov_ub_to_out_align.b16 [py], [s], out
    end
