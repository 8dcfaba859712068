; A table of constants in .rodata is used as a place for results.
.kernel k, core=aiv
.param  x, in,  f32[8]
.param  y, out, f32[8]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[8]
.flag   loaded, mte2 -> mte3
k:
    .reg    px:gm, py:gm, pt:gm, rx:ub = X, mv:align = {len_burst=32}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    mov     pt, table
    .if     BUG
    mov_ub_to_out_align.b32 [pt], [rx], mv              ; <- OUTPUT
    .else
    ld.b32  pt, [pt, 0]
    .assert pt == f32(1), "the table"
    add.s64 pt, pt, 0
    .endif
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
    .rodata
table:
    .f32    1, 2, 3, 4, 5, 6, 7, 8
