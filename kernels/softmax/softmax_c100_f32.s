; y = softmax of every row of x, f32, on the merged core: exp(x - max) / sum(exp(x - max)).
;
; dav-c100 has neither counter mode nor moves of single bytes nor f32 reductions: rows are whole blocks
; of 32 bytes, instructions run over whole repeats of 64 lanes, whatever lies in the last lanes, and
; fold_row makes one number of a row.
.include "dv.inc"                               ; fold_*
.include "softmax.inc"                          ; softmax_rows
.kernel softmax_c100_f32, core=c100
.param  rows, u32 = 64,   min=1
.param  cols, u32 = 1000, min=8, max=16320, multiple=8 ; at most 255 repeats
.param  x, in,  f32[rows, cols]
.param  y, out, f32[rows, cols]
.ref    softmax_rows, x, rtol=1e-5, atol=1e-9
.blocks min(rows, 32)

.equ    C, 16320                                ; longest row
.buf    X, ub, f32[C], copies=2
fold_buffers
.flag   full,   mte2 -> v,    ids=2             ; X[p] loaded
.flag   empty,  mte3 -> mte2, ids=2             ; X[p] stored
.flag   done,   v    -> mte3, ids=2             ; X[p] computed

.macro  move_in slot
    mov_out_to_ub [\slot], [px], mv
.endm

.macro  move_out slot
    mov_ub_to_out [py], [\slot], mv
.endm

.macro  row_max p
    fold_row vmax, max, 0xff800000, scalar, rx[\p]
.endm

.macro  row_sum p
    fold_row vadd, add, 0, scalar, rx[\p]
.endm

softmax_c100_f32:
    .reg    px:gm, py:gm, left, cols, pitch, scalar, t, zero = 0, step
    .reg    one = f32(1)
    .reg    rx[2]:ub = X
    .reg    mv:burst = {len_burst=0}, v:vec1s = {repeat=0}
    ldparam cols, cols
    shr.s64 t, cols, 3                          ; blocks of a row
    mov     mv.len_burst, t
    fold_registers cols
    mov     v.repeat, fold_repeats
    fold_fill 32, rx[0], rx[1]
    shl.b64 t, cols, 2                          ; bytes of a row
    softmax_rows
    end
