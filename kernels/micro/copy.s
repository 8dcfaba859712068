; Each block copies `moves` runs of 16 KiB from x to y that no other block touches, three in flight.
; What memory or L2 gives and takes at once; bytes are counted both ways.
.kernel copy, core=aiv
.param  moves, u32 = 64, min=1
.param  x, in,  u8[blocks, moves, 16384]
.param  y, out, u8[blocks, moves, 16384]
.ref    copy, x, max_ulp=0

.buf    R, ub, u8[16384], copies=3
.flag   full,  mte2 -> mte3, ids=3
.flag   empty, mte3 -> mte2, ids=3

copy:
    .reg    px:gm, py:gm, left, at, step = 16384, zero = 0, r[3]:ub = R
    .reg    mv:burst = {n_burst=1 len_burst=512}
    ldparam px, x
    ldparam py, y
    ldparam left, moves
    mov     at, blockid
    mul.s64 at, at, left
    mul.s64 at, at, step
    add.s64 px, px, at
    add.s64 py, py, at
    arm     empty
loop:
    .rept   3, p
    wait    empty[\p]
    mov_out_to_ub [r[\p]], [px], mv
    set     full[\p]
    wait    full[\p]
    mov_ub_to_out [py], [r[\p]], mv
    set     empty[\p]
    add.s64 px, px, step
    add.s64 py, py, step
    sub.s64 left, left, 1
    jumpcmp.le.s64 left, zero, out
    .endr
    jump    loop
out:
    drain   empty
    end
