; CTRL[48] keeps infinities for this kernel and is never cleared: the next one no longer saturates.
.kernel k, core=aiv
.param  x, in,  f16[256]
.param  y, out, f16[256]
.ref    muls, x, 2, max_ulp=0
.buf    X, ub, f16[256]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, t, one = 1, zero = 0, two = f16(2)
    .reg    mv:align = {len_burst=512}, v:vec1 = {repeat=2}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    mov     t, ctrl
    insert  t, one, #48, #1
    mov     ctrl, t                                     ; <- STATE
    wait    loaded
    vmuls.f16 [rx], [rx], two, v
    .if     !BUG
    insert  t, zero, #48, #1
    mov     ctrl, t
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
