; ld_dev goes past the data cache, where the store before it still is.
.kernel k, core=aiv
.param  x, in,  u64[8]
.param  y, out, u64[8]
.ref    copy, x, max_ulp=0
k:
    .reg    px:gm, py:gm, t
    ldparam px, x
    ldparam py, y
    .rept   7
    ld.b64  t, [px], #8
    st.b64  t, [py], #8
    .endr
    ld.b64  t, [px, #0]
    st.b64  t, [py, #0]                                 ; <- STALE other
    .if     !BUG
    dcci.line.out py
    .endif
    ld_dev.u64 t, [py, #0]                              ; <- STALE
    st_dev.u64 t, [py, #0]
    dcci.cache.out py
    end
