; The second sum reads the partial sums of the first without BAR.V: a total of old numbers.
.kernel k, core=aiv
.param  x, in,  f32[1, 4096]
.param  y, out, f32[1]
.ref    sum_rows, x, rtol=1e-4, atol=1e-3
.buf    X, ub, f32[4096]
.buf    P, ub, f32[64]
.buf    R, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, rp:ub = P, rr:ub = R
    .reg    in:align = {len_burst=16384}, out:align = {len_burst=4}
    .reg    many:red = {repeat=64}, one:red = {repeat=1}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], in
    set     loaded
    wait    loaded
    vcadd.f32 [rp], [rx], many                          ; <- RACE other
    .if     !BUG
    bar.v
    .endif
    vcadd.f32 [rr], [rp], one                           ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rr], out
    end
