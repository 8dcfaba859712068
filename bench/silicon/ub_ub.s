; n copies of `bytes` from UB to UB, into the place the one before wrote.
.kernel ub_ub, core=aiv
.param  n, u32 = 64, min=1
.param  bytes, u32 = 8192, min=32, max=65504, multiple=32

.buf    A, ub, u8[65536]
.buf    C, ub, u8[65536]

ub_ub:
    .reg    a:ub = A, c:ub = C, left, zero = 0, b
    .reg    mv:burst = {n_burst=1 len_burst=1}
    ldparam left, n
    ldparam b, bytes
    shr.u64 b, b, 5
    mov     mv.len_burst, b
again:
    mov_ub_to_ub [c], [a], mv
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    end
