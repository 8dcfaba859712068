; y = softmax of every row of x, f32: exp(x - max) / sum(exp(x - max)).
;
; Rows go round the blocks. A row lives in one of two slots of UB and is worked on in place;
; the next row is already on its way while this one is computed. Counter mode lets one
; instruction run over any row length: lanes past the end are not touched.
.include "dv.inc"                               ; reduce_*, mask_count, mask_all
.include "softmax.inc"                          ; softmax_rows
.kernel softmax_f32, core=aiv
.param  rows, u32 = 64,   min=1
.param  cols, u32 = 1000, min=1, max=20480      ; two rows and the partial results fit UB
.param  x, in,  f32[rows, cols]
.param  y, out, f32[rows, cols]
.ref    softmax_rows, x, rtol=1e-5, atol=1e-9
.blocks min(rows, 48)

.equ    C, 20480                                ; longest row
.buf    X, ub, f32[C], copies=2
reduce_buffers C
.flag   full,   mte2 -> v,    ids=2             ; X[p] loaded
.flag   empty,  mte3 -> mte2, ids=2             ; X[p] stored
.flag   done,   v    -> mte3, ids=2             ; X[p] computed

.macro  move_in slot
    mov_out_to_ub_align.b32 [\slot], [px], mv
.endm

.macro  move_out slot
    mov_ub_to_out_align.b32 [py], [\slot], mv
.endm

.macro  row_max p
    reduce_row vcmax, most, scalar, rx[\p], cols
.endm

.macro  row_sum p
    bar.v
    reduce_row vcadd, sum, scalar, rx[\p], cols
.endm

softmax_f32:
    .reg    px:gm, py:gm, left, cols, pitch, scalar, t, zero = 0, step
    .reg    one = f32(1)
    .reg    rx[2]:ub = X
    .reg    mv:align = {len_burst=0}, v:vec1 = {repeat=1}, most:red = {repeat=1 order=value}
    .reg    sum:red = {repeat=1}
    ldparam cols, cols
    shl.b64 t, cols, 2                          ; bytes of a row
    mov     mv.len_burst, t
    reduce_registers cols
    softmax_rows
    mask_all                                    ; back to reset state
    end
