; V works on whole repeats although x fills 1,100 of 1,152 lanes: nothing of it is stored, but NaN
; there sets STATUS.
.include "dv.inc"
.kernel k, core=aiv
.param  n, u32 = 1100, max=1152
.param  x, in,  f16[n]
.param  y, out, f16[n]
.ref    exp, x, rtol=1e-3
.buf    X, ub, f16[1152]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, n, bytes, mv:align = {len_burst=0}, v:vec1 = {repeat=9}
    ldparam px, x
    ldparam py, y
    ldparam n, n
    shl.b64 bytes, n, 1
    mov     mv.len_burst, bytes
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    .if     !BUG
    mask_count n
    .endif
    wait    loaded
    vexp.f16 [rx], [rx], v                              ; <- UNINIT (warning)
    .if     !BUG
    mask_all
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
