; DCCI cleans one line of 64 bytes, the numbers S stored take two: the second never reaches GM.
.kernel k, core=aiv
.param  x, in,  s64[16]
.param  y, out, s64[16]
.ref    copy, x
k:
    .reg    px:gm, py:gm, v
    ldparam px, x
    ldparam py, y
    .rept   16, i
    ld.b64  v, [px, 8*\i]
    st.b64  v, [py, 8*\i]                               ; <- STALE
    .endr
    dcci.line.out py
    .if     !BUG
    add.s64 py, py, 64
    dcci.line.out py
    .endif
    dsb.ddr
    end
