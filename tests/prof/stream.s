; y = 2 x, tile after tile in two slots. Faults to choose, each by a line .equ NAME, 1 before this text:
;   COPIES=1  one slot: load, add and store take turns     BARS  BAR.ALL behind every tile
;   ASKS      S waits for the sum before the next load     SAME  sources that share a bank group
;   WORDS=n   S reads n words of GM a tile                 CODE=n  n instructions of S a tile
;   ATOMIC    stores add to what is there
.ifndef COPIES
.equ    COPIES, 2
.endif
.kernel stream, core=aiv
.param  tiles, u32 = 16, min=2, multiple=2
.param  x, in,  f16[4096*tiles]
.param  y, out, f16[4096*tiles]

.buf    A, ub, f16[4096], copies=2
.buf    B, ub, f16[4096]
.buf    C, ub, f16[4096], copies=2, bank=2
.buf    D, ub, f16[4096], copies=4, bank=2
.flag   full,  mte2 -> v, ids=COPIES
.flag   empty, v -> mte2, ids=COPIES
.flag   ready, v -> mte3, ids=COPIES
.flag   saved, mte3 -> v, ids=COPIES
.flag   seen,  v -> s

stream:
    .reg    px:gm, py:gm, word:gm, left, got, zero = 0, step = 8192
    .reg    a[2]:ub = A, b:ub = B, c[2]:ub = C, d[4]:ub = D
    .reg    mv:align = {len_burst=8192}, v:vec3 = {repeat=32}
    ldparam px, x
    ldparam py, y
    ldparam left, tiles
    mov     word, px
    .ifdef  ATOMIC
    mov     got, 2 << 6                   ; CTRL[8:6], type f16
    mov     ctrl, got
    .endif
    arm     empty
    arm     saved
loop:
    .rept   COPIES, p
    wait    empty[\p]
    mov_out_to_ub_align.b16 [a[\p]], [px], mv
    set     full[\p]
    wait    full[\p]
    wait    saved[\p]
    vadd.f16 [c[\p]], [a[\p]], [a[\p]], v
    .ifdef  SAME
    .rept   8, i
    vadd.f16 [d[\i & 3]], [a[\p]], [b], v
    .endr
    .endif
    set     empty[\p]
    .ifdef  ASKS
    set     seen
    wait    seen
    .endif
    .ifdef  WORDS
    .rept   WORDS
    ld.b64  got, [word, 0]
    add.s64 word, word, 64
    .endr
    .endif
    .ifdef  CODE
    .rept   CODE
    add.s64 got, got, 1
    .endr
    .endif
    set     ready[\p]
    wait    ready[\p]
    mov_ub_to_out_align.b16 [py], [c[\p]], mv
    set     saved[\p]
    .ifdef  BARS
    bar.all
    .endif
    add.s64 px, px, step
    add.s64 py, py, step
    sub.s64 left, left, 1
    .endr
    jumpcmp.le.s64 left, zero, out
    jump    loop
out:
    drain   empty
    drain   saved
    end
