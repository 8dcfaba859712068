; 4096 adds without a loop, 16 KiB of code, n times over; with caches empty every line of it is
; fetched once.
.kernel code, core=aic
.param  n, u32 = 1, min=1

code:
    .reg    left, zero = 0, a = 1
    ldparam left, n
again:
    .rept   4096
    add.s64 a, a, 1
    .endr
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, far
    end
far:
    jump    again
