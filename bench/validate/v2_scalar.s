; V2-0 (asc-devkit best-practice sample): z = x + y in half on the scalar unit, one element after
; the other: get, get, add, set. 34.2 cycles an element on one core, 99.5 % of the time scalar, so
; a tile lies in UB while the loop runs over it.
;
; S has no half arithmetic: it converts, adds in f32 (exact for a sum of two halfs up to rounding)
; and converts back. S also brings the tile to UB here, outside the region `loop`, so that the
; kernel runs without data.
; Open: the compiler's instructions. This is the shortest loop: pointers that step with the
; access, nine instructions an element; `unroll=1` spares count and jump on three of four.
.include "dv.inc"                               ; ub_to_gm, ub_window
.kernel v2_scalar, core=aiv
.param  n, u32 = 4096, min=4, max=16384, multiple=4
.param  unroll, u32 = 0, max=1
.param  x, in,  f16[n]
.param  y, in,  f16[n]
.param  z, out, f16[n]
.ref    add, x, y, max_ulp=0

.equ    T, 16384
.buf    X, ub, f16[T]
.buf    Y, ub, f16[T]
.buf    Z, ub, f16[T]
.flag   added,  s -> mte3

.macro  bring to, from                          ; four elements
    ld.b64  a, [\from], 8
    st.b64  a, [\to], 8
.endm

.macro  add_element
    ld.b16  a, [wx], 2
    ld.b16  b, [wy], 2
    conv.f16f32 a, a
    conv.f16f32 b, b
    add.f32 a, a, b
    conv.f32f16 a, a
    st.b16  a, [wz], 2
.endm

v2_scalar:
    .reg    p:gm, q:gm, r:ub = Z, left, zero = 0, wx, wy, wz, a, b
    ldparam p, x
    ldparam q, y
    ldparam left, n
    ub_window wx, X
    ub_window wy, Y
    ub_window wz, Z
load:
    bring   wx, p
    bring   wy, q
    sub.s64 left, left, 4
    jumpcmp.gt.s64 left, zero, load
    ub_window wx, X
    ub_window wy, Y
    ldparam left, n
    ldparam a, unroll
    .mark   loop
    jumpcmp.gt.s64 a, zero, four
one:
    add_element
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, one
    jump    out
four:
    .rept   4
    add_element
    .endr
    sub.s64 left, left, 4
    jumpcmp.gt.s64 left, zero, four
out:
    .endmark
    set     added
    wait    added
    ldparam p, z
    ldparam left, n
    add.s64 left, left, left
    ub_to_gm p, r, left
    end
