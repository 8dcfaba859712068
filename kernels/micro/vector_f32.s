; n pairs of vector adds of 96 repeats in f32, one behind the other, independent, on operands in banks of
; their own; UB holds what it holds. What the vector unit sustains: 256 bytes a repeat, 6,144 lanes
; an instruction.
.kernel vector_f32, core=aiv
.param  n, u32 = 500, min=1

.buf    A, ub, f32[96*64]
.buf    B, ub, f32[96*64], group=8           ; other half of the row: no read-read conflict with A
.buf    C, ub, f32[96*64], copies=2, bank=2  ; banks of its own: no read-write conflict

vector_f32:
    .reg    ra:ub = A, rb:ub = B, rc[2]:ub = C, left, zero = 0
    .reg    v:vec3 = {repeat=96}
    ldparam left, n
loop:
    .allow  RACE, "nobody reads the sums"
    .allow  UNINIT, "UB holds what it holds"
    vadd.f32 [rc[0]], [ra], [rb], v
    .allow  RACE, "nobody reads the sums"
    .allow  UNINIT, "UB holds what it holds"
    vadd.f32 [rc[1]], [ra], [rb], v
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, loop
    end
