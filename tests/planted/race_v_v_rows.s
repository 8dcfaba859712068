; Sums of rows go one beside the other, which needs no BAR.V; here they all go to the first place.
.kernel k, core=aiv
.param  x, in,  f32[8, 64]
.param  y, out, f32[8]
.ref    sum_rows, x, rtol=1e-4, atol=1e-4
.buf    X, ub, f32[8, 64]
.buf    R, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, rr:ub = R, step = 256
    .reg    in:align = {len_burst=2048}, out:align = {len_burst=32}, r:red = {repeat=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], in
    set     loaded
    wait    loaded
    .rept   8
    vcadd.f32 [rr], [rx], r                             ; <- RACE
    add.s64 rx, rx, step
    add.s64 rr, rr, BUG ? 0 : 4
    .endr
    set     done
    wait    done
    mov     rr, R
    mov_ub_to_out_align.b32 [py], [rr], out
    end
