; Each block writes `moves` runs of 16 KiB of y that no other block writes, UB to GM, from three places
; in turn; UB holds what it holds. What memory or L2 takes.
.kernel write, core=aiv
.param  moves, u32 = 64, min=1
.param  y, out, u8[blocks, moves, 16384]

.buf    R, ub, u8[16384], copies=3

write:
    .reg    py:gm, left, at, step = 16384, zero = 0, r[3]:ub = R
    .reg    mv:burst = {n_burst=1 len_burst=512}
    ldparam py, y
    ldparam left, moves
    mov     at, blockid
    mul.s64 at, at, left
    mul.s64 at, at, step
    add.s64 py, py, at
loop:
    .rept   3, p
    .allow  UNINIT, "UB holds what it holds"
    mov_ub_to_out [py], [r[\p]], mv
    add.s64 py, py, step
    sub.s64 left, left, 1
    jumpcmp.le.s64 left, zero, out
    .endr
    jump    loop
out:
    end
