; S loads y[0] from GM before MTE3 has stored it: it sees the number of the launch before.
.kernel k, core=aiv
.param  x, in,  s32[256]
.param  y, out, s32[256]
.ref    copy, x
.buf    X, ub, s32[256]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, got, want, mv:align = {len_burst=1024}
    ldparam px, x
    ldparam py, y
    ld.b32  want, [px, 0]
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv              ; <- RACE other
    .if     !BUG
    set     stored
    wait    stored
    .endif
    ld.b32  got, [py, 0]                                ; <- RACE
    .assert got == want, "what was stored"
    sub.s64 got, got, want
    end
