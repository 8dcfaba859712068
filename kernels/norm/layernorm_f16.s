; y = (x - mean) / sqrt(variance + 1e-5) * gamma + beta for every row of x; f16 in and out, f32
; inside.
;
; Rows go round the blocks. A row of x lies in one of two slots of UB; the next is already on its
; way while this one is computed in f32, and y goes back into the slot. gamma and beta stay in UB.
; Counter mode lets one instruction run over any row length.
.include "dv.inc"                               ; gm_to_ub, reduce_*, mask_count, mask_all
.include "layernorm.inc"                        ; layernorm_rows
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

.macro  move_in slot
    mov_out_to_ub_align.b16 [\slot], [px], mv
.endm

.macro  move_out slot
    mov_ub_to_out_align.b16 [py], [\slot], mv
.endm

.macro  row_sum src
    bar.v
    reduce_row vcadd, sum, scalar, \src, cols
.endm

.macro  row_narrow slot
    vconv.f32f16r [\slot], [rw], narrow
.endm

.macro  row_lanes
    mask_count cols
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
    layernorm_rows
    mask_all                                    ; back to reset state
    end
