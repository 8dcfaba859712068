; MTE2 fetches a table that S has stored to GM; without DCCI the stores are only in the D-cache.
.kernel k, core=aiv
.param  x, in,  s32[16]
.param  t, scratch, s32[16]
.param  y, out, s32[16]
.ref    copy, x
.buf    T, ub, s32[16]
.flag   loaded, mte2 -> mte3
k:
    .reg    px:gm, pt:gm, py:gm, rt:ub = T, v, mv:align = {len_burst=64}
    ldparam px, x
    ldparam pt, t
    ldparam py, y
    .rept   8, i
    ld.b64  v, [px, 8*\i]
    st.b64  v, [pt, 8*\i]                               ; <- STALE other
    .endr
    .if     !BUG
    dcci.line.out pt
    .endif
    dsb.ddr
    mov_out_to_ub_align.b32 [rt], [pt], mv              ; <- STALE
    .if     BUG
    dcci.line.out pt
    .endif
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b32 [py], [rt], mv
    end
