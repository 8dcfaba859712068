; S has looked at y[0]; the line of 64 bytes it got holds y[9] too, which MTE3 has stored since.
.kernel k, core=aiv
.param  x, in,    s32[64]
.param  y, inout, s32[64]
.buf    X, ub, s32[64]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, t, want, mv:align = {len_burst=192}
    ldparam px, x
    ldparam py, y
    ld.b32  want, [px, BUG ? 36-32 : 64-32]
    ld.b32  t, [py, 0]
    add.s64 t, t, 1
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    add.s64 py, py, 32                                  ; from y[8] on
    mov_ub_to_out_align.b32 [py], [rx], mv              ; <- STALE other
    set     stored
    wait    stored
    ld.b32  t, [py, BUG ? 36-32 : 64-32]                ; <- STALE
    .assert t == want, "what was stored"
    sub.s64 t, t, want
    end
