; Counter mode stays on: the next kernel sets its mask as bits, and they are taken for a count.
.kernel k, core=aiv
.param  n, u32 = 500, max=1024
.param  x, in,  f16[n]
.param  y, out, f16[n]
.ref    abs, x, max_ulp=0
.buf    X, ub, f16[1024]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, n, t, one = 1, zero = 0, mv:align = {len_burst=0}
    .reg    v:vec1 = {repeat=1}
    ldparam px, x
    ldparam py, y
    ldparam n, n
    shl.b64 t, n, 1
    mov     mv.len_burst, t
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    mov     t, ctrl
    insert  t, one, #56, #1
    mov     ctrl, t                                     ; <- STATE
    movemask n, 0
    wait    loaded
    vabs.f16 [rx], [rx], v
    .if     !BUG
    insert  t, zero, #56, #1
    mov     ctrl, t
    .endif
    not.b64 zero, zero
    movemask zero, 0
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
