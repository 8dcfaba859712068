; n is no multiple of the tile, but a whole tile is stored: y ends with bytes that UB held before.
.kernel k, core=aiv
.param  n, u32 = 1000, max=1024
.param  x, in,  f16[n]
.param  y, out, f16[BUG ? 1024 : n]
.buf    X, ub, f16[1024]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, n, got, want
    .reg    in:align = {len_burst=0}, out:align = {len_burst=2048}
    ldparam px, x
    ldparam py, y
    ldparam n, n
    ld.b32  want, [px, 0]
    shl.b64 n, n, 1
    mov     in.len_burst, n
    .if     !BUG
    mov     out.len_burst, n
    .endif
    mov_out_to_ub_align.b16 [rx], [px], in
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b16 [py], [rx], out             ; <- UNINIT
    set     stored
    wait    stored
    ld.b32  got, [py, 0]
    .assert got == want, "y begins as x"
    sub.s64 got, got, want
    end
