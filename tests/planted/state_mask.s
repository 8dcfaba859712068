; The mask of the last tile stays set: the next kernel on this core computes 24 lanes of each
; repeat.
.kernel k, core=aiv
.param  x, in,  f32[88]
.param  y, out, f32[88]
.ref    relu, x, max_ulp=0
.buf    X, ub, f32[128]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, last:ub = X + 256, mask = (1 << 24) - 1, ones = 0
    .reg    mv:align = {len_burst=352}, v:vec1 = {repeat=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    vrelu.f32 [rx], [rx], v
    movemask mask, 0                                    ; <- STATE
    vrelu.f32 [last], [last], v
    .if     !BUG
    not.b64 ones, ones
    movemask ones, 0
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
