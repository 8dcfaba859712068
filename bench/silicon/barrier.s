; n rounds of eight vector adds of one repeat with a barrier of V behind each.
.kernel barrier, core=aiv
.param  n, u32 = 100, min=1

.buf    A, ub, f16[128]
.buf    C, ub, f16[128], bank=2

barrier:
    .reg    left, zero = 0, a:ub = A, c:ub = C, v:vec3 = {repeat=1}
    ldparam left, n
again:
    .rept   8
    vadd.f16 [c], [a], [a], v
    bar.v
    .endr
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    end
