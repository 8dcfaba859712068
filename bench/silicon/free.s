; n pairs of independent vector adds of r repeats: what is left of the head between neighbours.
.kernel free, core=aiv
.param  n,  u32 = 100, min=1
.param  r,  u32 = 64, min=1, max=96

.buf    A, ub, f16[96*128]
.buf    B, ub, f16[96*128], group=8           ; other half of the row: no read-read conflict with A
.buf    C, ub, f16[96*128], copies=2, bank=2  ; banks of its own: no read-write conflict

free:
    .reg    ra:ub = A, rb:ub = B, rc[2]:ub = C, left, zero = 0, r
    .reg    v:vec3 = {repeat=1}
    ldparam left, n
    ldparam r, r
    mov     v.repeat, r
again:
    vadd.f16 [rc[0]], [ra], [rb], v
    vadd.f16 [rc[1]], [ra], [rb], v
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    end
