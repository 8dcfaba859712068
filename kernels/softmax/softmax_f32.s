; y = softmax of every row of x, f32: exp(x - max) / sum(exp(x - max)).
;
; Rows go round the blocks. A row lives in one of two slots of UB and is worked on in place;
; the next row is already on its way while this one is computed. Counter mode lets one
; instruction run over any row length: lanes past the end are not touched.
.include "dv.inc"                               ; mask_count
.kernel softmax_f32, core=aiv
.param  rows, u32 = 64,   min=1
.param  cols, u32 = 1000, min=1, max=20480      ; two rows and the partial results fit UB
.param  x, in,  f32[rows, cols]
.param  y, out, f32[rows, cols]
.ref    softmax_rows, x, rtol=1e-5, atol=1e-9
.blocks min(rows, 48)

.equ    C, 20480                                ; longest row
.buf    X, ub, f32[C], copies=2
.buf    P, ub, f32[C/64]                        ; one partial result per 64 lanes
.buf    Q, ub, f32[64]                          ; .. of those
.buf    R, ub, f32[8]                           ; .. and the last one
.flag   full,   mte2 -> v,    ids=2             ; X[p] loaded
.flag   empty,  mte3 -> mte2, ids=2             ; X[p] stored
.flag   done,   v    -> mte3, ids=2             ; X[p] computed
.flag   result, v    -> s                       ; R[0] is there
.flag   seen,   s    -> v                       ; R[0] has been read

.macro  load_row p
    wait    empty[\p]
    mov_out_to_ub_align.b32 [rx[\p]], [px], mv
    set     full[\p]
    add.s64 px, px, pitch
.endm

; scalar = op over the row in X[p], 64 to 1 in each of three rounds (64^3 lanes)
.macro  reduce op, p, cfg
    mask_count cols
    \op\().f32 [rp], [rx[\p]], \cfg
    mask_count parts
    bar.v
    \op\().f32 [rq], [rp], \cfg
    mask_count few
    bar.v
    \op\().f32 [rr], [rq], \cfg
    set     result
    wait    result
    ld.b32  scalar, [window, 0]
    set     seen
    wait    seen
    mask_count cols
.endm

.macro  softmax_row p
    wait    full[\p]
    reduce  vcmax, \p, most
    mov     t, 0x8000, 1                        ; flip the sign bit: x - max
    xor.b64 scalar, scalar, t
    vadds.f32 [rx[\p]], [rx[\p]], scalar, v
    bar.v
    vexp.f32  [rx[\p]], [rx[\p]], v
    bar.v
    reduce  vcadd, \p, sum
    div.f32 scalar, one, scalar
    vmuls.f32 [rx[\p]], [rx[\p]], scalar, v
    set     done[\p]
    wait    done[\p]
    mov_ub_to_out_align.b32 [py], [rx[\p]], mv
    set     empty[\p]
    add.s64 py, py, pitch
.endm

softmax_f32:
    .reg    px:gm, py:gm, left, cols, parts, few, pitch, scalar, t, window, zero = 0, step
    .reg    one = f32(1)
    .reg    rx[2]:ub = X, rp:ub = P, rq:ub = Q, rr:ub = R
    .reg    mv:align = {len_burst=0}, v:vec1 = {repeat=1}, most:red = {repeat=1 order=value}
    .reg    sum:red = {repeat=1}
    mov     window, sys_va_base                 ; S sees UB at SYS_VA_BASE + 0x80000
    mov     t, 0x80000 + R
    add.s64 window, window, t
    ldparam cols, cols
    shl.b64 t, cols, 2                          ; bytes of a row
    mov     mv.len_burst, t
    add.s64 parts, cols, 63                     ; results of the first and second round
    shr.s64 parts, parts, 6
    add.s64 few, parts, 63
    shr.s64 few, few, 6
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
