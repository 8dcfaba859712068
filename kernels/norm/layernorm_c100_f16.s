; y = (x - mean) / sqrt(variance + 1e-5) * gamma + beta for every row of x, on the merged core; f16 in
; and out, f32 inside.
;
; dav-c100 has neither counter mode nor moves of single bytes nor f32 reductions: rows are whole blocks
; of 32 bytes, instructions run over whole repeats of 64 lanes, whatever lies in the last lanes, and
; fold_row makes one number of a row.
.include "dv.inc"                               ; fold_*
.include "layernorm.inc"                        ; layernorm_rows
.kernel layernorm_c100_f16, core=c100
.param  rows,  u32 = 64,   min=1
.param  cols,  u32 = 1008, min=16, max=15808, multiple=16 ; all buffers fit UB
.param  x,     in,  f16[rows, cols]
.param  gamma, in,  f16[cols]
.param  beta,  in,  f16[cols]
.param  y,     out, f16[rows, cols]
.ref    layernorm_rows, x, gamma, beta, rtol=1e-3, atol=1e-3
.blocks min(rows, 32)

.equ    C, 15808                                ; longest row, whole repeats
.buf    X, ub, f16[C], copies=2
.buf    W, ub, f32[C]                           ; the row in f32
.buf    T, ub, f32[C]                           ; its squares, gamma, beta
.buf    G, ub, f16[C]                           ; gamma
.buf    B, ub, f16[C]                           ; beta
fold_buffers
.flag   ready,  mte2 -> v                       ; G, B loaded
.flag   full,   mte2 -> v,    ids=2             ; X[p] loaded
.flag   empty,  mte3 -> mte2, ids=2             ; X[p] stored
.flag   done,   v    -> mte3, ids=2             ; X[p] holds y

.macro  move_in slot
    mov_out_to_ub [\slot], [px], mv
.endm

.macro  move_out slot
    mov_ub_to_out [py], [\slot], mv
.endm

.macro  row_sum src
    fold_row vadd, add, 0, scalar, \src
.endm

.macro  row_narrow slot
    vconv.f32f16 [\slot], [rw], narrow
.endm

.macro  row_lanes
.endm

layernorm_c100_f16:
    .reg    px:gm, py:gm, left, cols, pitch, step, scalar, t, n
    .reg    rx[2]:ub = X, rw:ub = W, rt:ub = T, mv:burst = {len_burst=0}
    .reg    one:vec1s = {repeat=0}, two:vec3 = {repeat=0}
    .reg    widen:vec1s = {repeat=0 src_rep=4}, narrow:vec1s = {repeat=0 dst_rep=4}
    ldparam cols, cols
    fold_registers cols
    mov     one.repeat, fold_repeats
    mov     two.repeat, fold_repeats
    mov     widen.repeat, fold_repeats
    mov     narrow.repeat, fold_repeats
    conv.s32f32 n, cols
    shr.s64 t, cols, 4                          ; blocks of a row
    mov     mv.len_burst, t
    shl.b64 t, cols, 1                          ; bytes of a row
    ldparam px, gamma
    mov     rt, G
    mov     rw, B
    fold_fill 16, rx[0], rx[1], rt, rw
    move_in rt
    ldparam px, beta
    move_in rw
    mov     rw, W
    set     ready
    layernorm_rows
    end
