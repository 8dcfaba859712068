; S takes eight bytes where the tensor has four: ld.b64 of the last s32 reads past it.
; args: n=33
.kernel k, core=aiv
.param  n, u32 = 32
.param  x, in,  s32[n]
.param  y, out, s32[n]
.ref    copy, x
.buf    X, ub, s32[256]
.flag   loaded, mte2 -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, n, last, again, mv:align = {len_burst=0}
    ldparam px, x
    ldparam py, y
    ldparam n, n
    shl.b64 n, n, 2
    mov     mv.len_burst, n
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv
    sub.s64 n, n, 4
    .if     BUG
    ld.b64  last, [px, n]                               ; <- BOUNDS
    .else
    ld.b32  last, [px, n]
    .endif
    ld.b32  again, [px, n]
    .assert last == again, "the last element"
    sub.s64 last, last, again
    end
