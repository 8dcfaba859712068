.kernel k, core=aiv
.param a, in, f16[n]
.param c, out, f16[n]
.param n, u32 = 1000, min=1, max=1<<20, multiple=1
.ref add, a, c, max_ulp=0
.blocks ceil_div(n, 4096)
.equ T, 8192
.buf A, ub, f16[T], copies=2
.buf B, ub, f16[T], copies=2, group=8
.buf C, ub, f16[T], bank=2
.flag full, mte2 -> v, ids=2
.flag empty, v -> mte2, ids=2
.macro tile p, q=1, rest:vararg
    wait empty[\p]
    mov_out_to_ub_align.b16 [ra[\p]], [pa], mv
    set full[\p]
    wait full[\p]
    vadd.f16 [ra[\p]], [ra[\p]], [rb], v   ; comment
    set empty[\p]
.endm
k:
    .reg pa:gm, left, zero = 0, ra[2]:ub = A, rb:ub = B
    .reg mv:align = {len_burst=2*T}, v:vec3 = {repeat=T/128}
    ldparam pa, a
    ldparam left, n
    arm empty
loop:
    .rept 2, p
    jumpcmp.le.s64 left, zero, out\p
    tile \p
    sub.s64 left, left, 128
out\p:
    .endr
    .scope
    .reg t
    mov t, 0x123456789abcdef0
    mov mv.len_burst, t
    mov v, {repeat=64 src0_blk=1}
    .endscope
    drain empty
    end
