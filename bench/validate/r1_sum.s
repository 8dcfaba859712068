; R1 (CANN best-practice manual): ReduceSum of 30000 floats on one core, timed with the 50 MHz
; counter: 172 ticks for a binary tree of Adds and one whole-repeat reduce (tree=1), 242 ticks for
; whole-repeat reduces only (tree=0).
;
; The tree folds the upper part of what is left onto the lower, at multiples of 64 floats, until 64
; are left. Without it each round turns 64 floats into one: 30000, 469, 8, 1.
; Open: whether the time holds the load and the store (move=1) or not (move=0), and where the parts
; lie in UB. The region `sum` is what is timed.
.include "dv.inc"                               ; mask_count, mask_all
.kernel r1_sum, core=aiv
.param  tree, u32 = 1, max=1
.param  move, u32 = 1, max=1
.param  n, u32 = 30000, min=1, max=32768
.param  x, in,  f32[n]
.param  y, out, f32[1]
.ref    sum_rows, x, rtol=1e-4, atol=1e-3

.buf    X, ub, f32[32768]
.buf    MANY, ub, f32[512]                      ; one sum of 64 each
.buf    FEW, ub, f32[64]
.buf    ONE, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   summed, v -> mte3

.macro  load_x
    mov_out_to_ub_align.b32 [rx], [px], all
    set     loaded
    wait    loaded
.endm

.macro  store_y
    set     summed
    wait    summed
    mov_ub_to_out_align.b32 [py], [r1], one
.endm

; n = ceil(n / 64)
.macro  repeats n
    add.s64 \n, \n, 63
    shr.s64 \n, \n, 6
.endm

r1_sum:
    .reg    px:gm, py:gm, left, keep, rest, both, tree, move, zero = 0, lanes = 64
    .reg    rx:ub = X, rh:ub, rm:ub = MANY, rf:ub = FEW, r1:ub = ONE
    .reg    all:align = {len_burst=0}, one:align = {len_burst=4}
    .reg    v:vec3 = {repeat=1}, sum:red = {repeat=1}
    ldparam px, x
    ldparam py, y
    ldparam left, n
    ldparam tree, tree
    ldparam move, move
    shl.b64 both, left, 2
    mov     all.len_burst, both
    jumpcmp.gt.s64 move, zero, begin
    load_x
    bar.all
begin:
    .mark   sum
    jumpcmp.eq.s64 move, zero, compute
    load_x
compute:
    jumpcmp.eq.s64 tree, zero, whole
fold:                                           ; left floats at X become keep
    jumpcmp.le.s64 left, lanes, last
    add.s64 keep, left, 127
    shr.s64 keep, keep, 7
    shl.b64 keep, keep, 6
    sub.s64 rest, left, keep
    shl.b64 both, keep, 2
    add.s64 rh, rx, both
    mask_count rest
    vadd.f32 [rx], [rx], [rh], v
    add.s64 left, keep, 0
    jump    fold
last:
    mask_count left
    bar.v
    vcadd.f32 [r1], [rx], sum
    jump    computed
whole:
    mask_count left
    vcadd.f32 [rm], [rx], sum
    repeats left
    mask_count left
    bar.v
    vcadd.f32 [rf], [rm], sum
    repeats left
    mask_count left
    bar.v
    vcadd.f32 [r1], [rf], sum
computed:
    mask_all
    jumpcmp.eq.s64 move, zero, finish
    store_y
finish:
    .endmark
    jumpcmp.gt.s64 move, zero, out
    store_y
out:
    end
