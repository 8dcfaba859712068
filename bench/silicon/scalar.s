; n rounds of 64 scalar instructions `op`, each using the result of the one before: 0 add, 1 add and a
; jump taken, 2 div, 3 load from UB, 4 load from GM (a line that is there), 5 (a line that is new).
.include "dv.inc"
.kernel scalar, core=aiv
.param  op, u32 = 0, max=5
.param  n,  u32 = 100, min=1
.param  x, in, u64[8*64*n]

.buf    A, ub, u64[64]

; Lines of the data cache have 64 bytes.
.macro  many number, insn:vararg
    mov     t, \number
    jumpcmp.ne.s64 op, t, other\@
again\@:
    .rept   64
    \insn
    .endr
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again\@
    jump    out
other\@:
.endm

.macro  hop
    add.s64 a, a, b
    jump    next\@
next\@:
.endm

scalar:
    .reg    op, t, left, zero = 0, a = 1, b = 1, p:gm, w
    ldparam op, op
    ldparam left, n
    ldparam p, x
    ub_window w, A
    many    0, add.s64 a, a, b
    many    1, hop
    many    2, div.s64 a, a, b
    many    3, ld.b64 a, [w], 0
    many    4, ld.b64 a, [p], 0
    many    5, ld.b64 a, [p], 64
out:
    end
