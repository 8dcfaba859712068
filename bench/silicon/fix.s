; n stores of an L0C tile of m x 64 by the fixpipe. op 0: to GM in rows (NZ2ND), f32; 1: to GM as
; fractals; 2: to L1 as fractals, f16. S waits for each.
.kernel fix, core=aic
.param  op, u32 = 0, max=2
.param  n, u32 = 64, min=1
.param  m, u32 = 64, min=16, max=256, multiple=16
.param  y, out, f32[m, 64]

.buf    ACC, l0c, f32[256*64]
.buf    L,   l1,  f16[256*64]
.flag   stored, fix -> s

.macro  stores number, insn:vararg
    mov     t, \number
    jumpcmp.ne.s64 op, t, other\@
again\@:
    \insn
    set     stored
    wait    stored
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again\@
    jump    out
other\@:
.endm

fix:
    .reg    op, t, left, zero = 0, m, acc:l0c = ACC, l:l1 = L, p:gm
    .reg    rows:fix = {n=64 m=16 dst_stride=64 src_stride=16 nz2nd=1}
    .reg    nz:fix = {n=64 m=16 dst_stride=64 src_stride=16}
    .reg    near:fix = {n=64 m=16 dst_stride=64 src_stride=16 quant_pre=f32f16}
    ldparam op, op
    ldparam left, n
    ldparam m, m
    ldparam p, y
    mov     rows.m, m
    mov     rows.src_stride, m
    mov     nz.m, m
    mov     nz.src_stride, m
    mov     nz.dst_stride, m
    mov     near.m, m
    mov     near.src_stride, m
    mov     near.dst_stride, m
    stores  0, fix_l0c_to_out.f32 [p], [acc], rows
    stores  1, fix_l0c_to_out.f32 [p], [acc], nz
    stores  2, fix_l0c_to_l1.f16 [l], [acc], near
out:
    end
