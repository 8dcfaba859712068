; Only the first 40 lanes of Y are written, but 64 are stored: the mask was meant for the tail of
; the last row.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  y, out, f32[64]
.ref    muls, x, 2, max_ulp=0
.buf    X, ub, f32[64]
.buf    Y, ub, f32[64]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, two = f32(2), n = BUG ? 40 : 64
    .reg    mv:align = {len_burst=256}, v:vec1 = {repeat=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    mask_first n
    vmuls.f32 [ry], [rx], two, v
    mask_all
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [ry], mv              ; <- UNINIT
    end
