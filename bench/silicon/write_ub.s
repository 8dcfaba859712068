; Each block makes n moves of `bytes` to a place of its own, UB to GM, over a run of `span` bytes
; again and again. serial=1: S waits for every move.
.kernel write_ub, core=aiv
.param  n, u32 = 64, min=1
.param  bytes, u32 = 16384, min=32, max=65504, multiple=32
.param  span, u32 = 65536, min=32, max=0x7fffffe0, multiple=32  ; a multiple of bytes
.param  serial, u32 = 0, max=1
.param  y, out, u8[blocks, span]

.buf    R, ub, u8[65536]
.flag   gone, mte3 -> s

write_ub:
    .reg    py:gm, left, at, step, zero = 0, r:ub = R, serial, span, seen = 0
    .reg    mv:burst = {n_burst=1 len_burst=1}, first:gm
    ldparam py, y
    ldparam left, n
    ldparam step, bytes
    ldparam serial, serial
    ldparam span, span
    shr.u64 at, step, 5
    mov     mv.len_burst, at
    mov     at, blockid
    mul.s64 at, at, span
    add.s64 py, py, at
    add.s64 first, py, zero
again:
    mov_ub_to_out [py], [r], mv
    add.s64 py, py, step
    add.s64 seen, seen, step
    jumpcmp.lt.s64 seen, span, on
    mov     seen, 0
    add.s64 py, first, zero
on:
    jumpcmp.eq.s64 serial, zero, next
    set     gone
    wait    gone
next:
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    end
