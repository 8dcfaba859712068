; y = softmax of every row of x, f32: exp(x - max) / sum(exp(x - max)).
;
; Rows go round the blocks. A row lives in one of two slots of UB and is worked on in place;
; the next row is already on its way while this one is computed. Counter mode lets one
; instruction run over any row length: lanes past the end are not touched.
.include "dv.inc"                               ; reduce_*, mask_count, mask_all
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

.macro  load_row p
    wait    empty[\p]
    mov_out_to_ub_align.b32 [rx[\p]], [px], mv
    set     full[\p]
    add.s64 px, px, pitch
.endm

.macro  softmax_row p
    wait    full[\p]
    reduce_row vcmax, most, scalar, rx[\p], cols
    mov     t, 0x8000, 1                        ; flip the sign bit: x - max
    xor.b64 scalar, scalar, t
    vadds.f32 [rx[\p]], [rx[\p]], scalar, v
    bar.v
    vexp.f32  [rx[\p]], [rx[\p]], v
    bar.v
    reduce_row vcadd, sum, scalar, rx[\p], cols
    div.f32 scalar, one, scalar
    vmuls.f32 [rx[\p]], [rx[\p]], scalar, v
    set     done[\p]
    wait    done[\p]
    mov_ub_to_out_align.b32 [py], [rx[\p]], mv
    set     empty[\p]
    add.s64 py, py, pitch
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
    mov     step, blockdim                      ; rows of this block: blockid, + blockdim, ..
    mul.s64 pitch, t, step
    ldparam left, rows
    ldparam px, x
    ldparam py, y
    mov     t, blockid
    sub.s64 left, left, t
    ldparam scalar, cols
    mul.s64 t, t, scalar
    shl.b64 t, t, 2
    add.s64 px, px, t
    add.s64 py, py, t
    arm     empty
    jumpcmp.le.s64 left, zero, out
    load_row 0
loop:
    .rept   2, p
    sub.s64 left, left, step                    ; rows after this one
    jumpcmp.le.s64 left, zero, last\p
    load_row 1^\p
    softmax_row \p
    .endr
    jump    loop
    .rept   2, p
last\p:
    softmax_row \p
    jump    out
    .endr
out:
    drain   empty
    mask_all                                    ; back to reset state
    end
