; y = (x - mean) / sqrt(variance + 1e-5) * gamma + beta for every row of x; f16 in and out, f32
; inside.
;
; Rows go round the blocks. A row of x lies in one of two slots of UB; the next is already on its
; way while this one is computed in f32, and y goes back into the slot. gamma and beta stay in UB.
; Counter mode lets one instruction run over any row length.
.include "dv.inc"                               ; gm_to_ub, reduce_*, mask_count, mask_all
.kernel layernorm_f16, core=aiv
.param  rows,  u32 = 64,   min=1
.param  cols,  u32 = 1000, min=1, max=12032     ; all buffers fit UB
.param  x,     in,  f16[rows, cols]
.param  gamma, in,  f16[cols]
.param  beta,  in,  f16[cols]
.param  y,     out, f16[rows, cols]
.ref    layernorm_rows, x, gamma, beta, rtol=1e-3, atol=1e-3
.blocks min(rows, 48)

.equ    C, 12032                                ; longest row
.buf    X, ub, f16[C], copies=2
.buf    W, ub, f32[C]                           ; the row in f32
.buf    T, ub, f32[C]                           ; its squares, gamma, beta
.buf    G, ub, f16[C]                           ; gamma
.buf    B, ub, f16[C]                           ; beta
reduce_buffers C
.flag   ready,  mte2 -> v                       ; G, B loaded
.flag   full,   mte2 -> v,    ids=2             ; X[p] loaded
.flag   empty,  mte3 -> mte2, ids=2             ; X[p] stored
.flag   done,   v    -> mte3, ids=2             ; X[p] holds y

.macro  load_row p
    wait    empty[\p]
    mov_out_to_ub_align.b16 [rx[\p]], [px], mv
    set     full[\p]
    add.s64 px, px, pitch
.endm

.macro  layernorm_row p
    wait    full[\p]
    bar.v                                       ; the row before has been read from W
    vconv.f16f32 [rw], [rx[\p]], widen
    bar.v
    reduce_row vcadd, sum, scalar, rw, cols
    div.f32 scalar, scalar, n
    mov     t, 0x8000, 1                        ; flip the sign bit: x - mean
    xor.b64 scalar, scalar, t
    vadds.f32 [rw], [rw], scalar, one
    bar.v
    vmul.f32 [rt], [rw], [rw], two
    bar.v
    reduce_row vcadd, sum, scalar, rt, cols
    div.f32 scalar, scalar, n                   ; the variance
    mov     t, f32(1e-5)
    add.f32 scalar, scalar, t
    sqrt.f32 scalar, scalar
    mov     t, f32(1)
    div.f32 scalar, t, scalar
    vmuls.f32 [rw], [rw], scalar, one
    mov     t, G
    vconv.f16f32 [rt], [t], widen
    bar.v
    vmul.f32 [rw], [rw], [rt], two
    bar.v
    mov     t, B
    vconv.f16f32 [rt], [t], widen
    bar.v
    vadd.f32 [rw], [rw], [rt], two
    bar.v
    vconv.f32f16r [rx[\p]], [rw], narrow
    set     done[\p]
    wait    done[\p]
    mov_ub_to_out_align.b16 [py], [rx[\p]], mv
    set     empty[\p]
    add.s64 py, py, pitch
.endm

layernorm_f16:
    .reg    px:gm, py:gm, left, cols, pitch, step, scalar, t, n
    .reg    rx[2]:ub = X, rw:ub = W, rt:ub = T, mv:align = {len_burst=0}
    .reg    one:vec1 = {repeat=1}, two:vec3 = {repeat=1}, sum:red = {repeat=1}
    .reg    widen:vec1 = {repeat=1 src_rep=4}, narrow:vec1 = {repeat=1 dst_rep=4}
    ldparam cols, cols
    reduce_registers cols
    conv.s32f32 n, cols
    shl.b64 t, cols, 1                          ; bytes of a row
    mov     mv.len_burst, t
    ldparam px, gamma
    mov     rt, G
    gm_to_ub rt, px, t
    ldparam px, beta
    mov     rt, B
    gm_to_ub rt, px, t
    set     ready
    mov     rt, T
    mov     step, blockdim                      ; rows of this block: blockid, + blockdim, ..
    mul.s64 pitch, t, step
    ldparam px, x
    ldparam py, y
    mov     scalar, blockid
    mul.s64 t, t, scalar
    add.s64 px, px, t
    add.s64 py, py, t
    ldparam left, rows
    arm     empty
    wait    ready
    jumpcmp.le.s64 left, scalar, out
    sub.s64 left, left, scalar
    mask_count cols
    load_row 0
loop:
    .rept   2, p
    jumpcmp.le.s64 left, step, last\p           ; no row after this one
    sub.s64 left, left, step
    load_row 1^\p
    layernorm_row \p
    .endr
    jump    loop
    .rept   2, p
last\p:
    layernorm_row \p
    jump    out
    .endr
out:
    drain   empty
    mask_all                                    ; back to reset state
    end
