; Flags that S sets and waits for, and barriers.
.kernel k, core=aiv
.param  x, in, f16[1024]
.param  y, out, f16[1024]
.buf    T, ub, f16[1024]
.flag   in, mte2 -> s
.flag   go, s -> mte3
k:
    .reg    px:gm, py:gm, t:ub = T, mv:align = {len_burst=2048}
    ldparam px, x
    ldparam py, y
    .rept   3
    mov_out_to_ub_align.b16 [t], [px], mv
    set     in
    wait    in
    set     go
    wait    go
    mov_ub_to_out_align.b16 [py], [t], mv
    bar.all
    .endr
    end
