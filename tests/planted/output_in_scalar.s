; S counts its calls in a word of x, which the caller has declared to be read only.
.kernel k, core=aiv
.param  x, in,  s32[64]
.param  y, out, s32[64]
.param  calls, inout, s32[16]
.buf    X, ub, s32[64]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> s
k:
    .reg    px:gm, py:gm, pn:gm, rx:ub = X, t, got, want, mv:align = {len_burst=256}
    ldparam px, x
    ldparam py, y
    ldparam pn, calls
    ld.b32  want, [px, 0]
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv
    set     stored
    wait    stored
    .if     BUG
    mov     pn, px
    .endif
    ld.b32  t, [pn, 0]
    add.s64 t, t, 1
    st.b32  t, [pn, 0]                                  ; <- OUTPUT
    dcci.line.out pn
    dsb.ddr
    ld.b32  got, [py, 0]
    .assert got == want, "y is x"
    sub.s64 got, got, want
    end
