; n vector adds of 128 x r elements, each into the place the one before wrote; counter=1 counts the
; elements, counter=0 the repeats.
.include "dv.inc"
.kernel count, core=aiv
.param  n,  u32 = 100, min=1
.param  r,  u32 = 32, min=1, max=96
.param  counter, u32 = 1, max=1

.buf    A, ub, f16[96*128]
.buf    B, ub, f16[96*128], group=8
.buf    C, ub, f16[96*128], bank=2

count:
    .reg    ra:ub = A, rb:ub = B, rc:ub = C, left, zero = 0, r, elements, counter
    .reg    v:vec3 = {repeat=1}
    ldparam left, n
    ldparam r, r
    ldparam counter, counter
    mov     v.repeat, r
    shl.b64 elements, r, 7
    jumpcmp.eq.s64 counter, zero, again
    mask_count elements
again:
    vadd.f16 [rc], [ra], [rb], v
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    mask_all
    end
