; S loads y[0] again after MTE3 has stored it, without DCCI: the D-cache still holds the line as
; it was.
.kernel k, core=aiv
.param  x, in,    s32[256]
.param  y, inout, s32[256]
.buf    X, ub, s32[256]
.flag   loaded, mte2 -> mte3
.flag   stored, mte3 -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, before, after, want, mv:align = {len_burst=1024}
    ldparam px, x
    ldparam py, y
    ld.b32  want, [px, 0]
    ld.b32  before, [py, 0]
    add.s64 before, before, 0
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rx], mv              ; <- STALE other
    set     stored
    wait    stored
    .if     !BUG
    dcci.line.out py
    .endif
    ld.b32  after, [py, 0]                              ; <- STALE
    .assert after == want, "what was stored"
    sub.s64 after, after, want
    end
