; MASK1 is cleared for a tail of 16-bit lanes and only MASK0 is put back: lanes 64..127 stay off.
.kernel k, core=aiv
.param  x, in,  f16[32]
.param  y, out, f16[32]
.ref    abs, x, max_ulp=0
.buf    X, ub, f16[128]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, low = 0xffffffff, none = 0, ones = 0
    .reg    mv:align = {len_burst=64}, v:vec1 = {repeat=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     loaded
    not.b64 ones, ones
    movemask low, 0
    movemask none, 1                                    ; <- STATE
    wait    loaded
    vabs.f16 [rx], [rx], v
    movemask ones, 0
    .if     !BUG
    movemask ones, 1
    .endif
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    end
