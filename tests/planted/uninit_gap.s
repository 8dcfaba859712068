; Rows of 24 numbers lie 32 apart in UB, the gaps were never written; the store takes them for data.
.kernel k, core=aiv
.param  x, in,  s32[8, 24]
.param  y, out, s32[8, BUG ? 32 : 24]
.buf    X, ub, s32[8, 32]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, got, want
    .reg    in:align = {n_burst=8 len_burst=96 dst_gap=1}
    .reg    out:align = {n_burst=8 len_burst=BUG ? 128 : 96 src_gap=BUG ? 0 : 1}
    ldparam px, x
    ldparam py, y
    ld.b32  want, [px, 4*24]
    mov_out_to_ub_align.b32 [rx], [px], in
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], out             ; <- UNINIT
    set     stored
    wait    stored
    ld.b32  got, [py, BUG ? 128 : 96]
    .assert got == want, "the second row"
    sub.s64 got, got, want
    end
