; Each block reads `moves` runs of 16 KiB of x that no other block reads, GM to UB, into three places
; in turn. What memory (--cache cold) or L2 (a set that fits, --cache warm) gives.
.kernel read, core=aiv
.param  moves, u32 = 64, min=1
.param  x, in, u8[blocks, moves, 16384]

.buf    R, ub, u8[16384], copies=3

read:
    .reg    px:gm, left, at, step = 16384, zero = 0, r[3]:ub = R
    .reg    mv:burst = {n_burst=1 len_burst=512}
    ldparam px, x
    ldparam left, moves
    mov     at, blockid
    mul.s64 at, at, left
    mul.s64 at, at, step
    add.s64 px, px, at
loop:
    .rept   3, p
    .allow  RACE, "nobody reads what arrives"
    mov_out_to_ub [r[\p]], [px], mv
    add.s64 px, px, step
    sub.s64 left, left, 1
    jumpcmp.le.s64 left, zero, out
    .endr
    jump    loop
out:
    end
