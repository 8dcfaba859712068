; The event id of a tile is computed in a register with the wrong bit: it is 0 for every tile.
.kernel k, core=aiv
.equ    T, 1024
.param  x, in,  f16[2*T]
.param  y, out, f16[2*T]
.ref    muls, x, 4, max_ulp=0
.buf    X, ub, f16[2*T]
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, at:ub = X, four = f16(4), step = 2*T, id, mask = BUG ? 2 : 1
    .reg    tile, in:align = {len_burst=2*T}, out:align = {len_burst=4*T}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    .rept   2, t
    mov     tile, \t
    and.b64 id, tile, mask
    mov_out_to_ub_align.b16 [at], [px], in
    set_flag.mte2.v id                                  ; <- FLAG
    add.s64 px, px, step
    add.s64 at, at, step
    .endr
    mov     at, X
    .rept   2, t
    mov     tile, \t
    and.b64 id, tile, mask
    wait_flag.mte2.v id
    vmuls.f16 [at], [at], four, v
    add.s64 at, at, step
    .endr
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], out
    end
