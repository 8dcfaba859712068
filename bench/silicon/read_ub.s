; Each block makes n moves of `bytes` from a place of its own, GM to UB, over a run of `span` bytes
; again and again. serial=1: S waits for every move. same=1: all blocks read the same run.
; past=1: L2 keeps none of it.
.kernel read_ub, core=aiv
.param  n, u32 = 64, min=1
.param  bytes, u32 = 16384, min=32, max=65504, multiple=32
.param  span, u32 = 65536, min=32, max=0x7fffffe0, multiple=32  ; a multiple of bytes
.param  serial, u32 = 0, max=1
.param  same, u32 = 0, max=1
.param  past, u32 = 0, max=1
.param  x, in, u8[same ? 1 : blocks, span]

.buf    R, ub, u8[65536], copies=2
.flag   arrived, mte2 -> s

read_ub:
    .reg    px:gm, left, at, step, zero = 0, r[2]:ub = R, serial, past, span, seen = 0
    .reg    mv:burst = {n_burst=1 len_burst=1}, t, first:gm
    ldparam px, x
    ldparam left, n
    ldparam step, bytes
    ldparam serial, serial
    ldparam past, past
    ldparam span, span
    ldparam t, same
    shr.u64 at, step, 5
    mov     mv.len_burst, at
    mov     mv.sid, past
    jumpcmp.gt.s64 t, zero, own
    mov     at, blockid
    mul.s64 at, at, span
    add.s64 px, px, at
own:
    add.s64 first, px, zero
again:
    mov_out_to_ub [r[0]], [px], mv
    add.s64 px, px, step
    add.s64 seen, seen, step
    jumpcmp.lt.s64 seen, span, on
    mov     seen, 0
    add.s64 px, first, zero
on:
    jumpcmp.eq.s64 serial, zero, next
    set     arrived
    wait    arrived
next:
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    end
