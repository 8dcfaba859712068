; S waits for a sum that V may only begin when S has set its flag, which stands below the wait.
; args: x=ones
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  y, out, f32[64]
.ref    muls, x, 64, max_ulp=0
.buf    X, ub, f32[64]
.buf    R, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   go,     s -> v
.flag   summed, v -> s
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, rr:ub = R, w, sum, zero = 0
    .reg    mv:align = {len_burst=256}, r:red = {repeat=1}, v:vec1 = {repeat=1}
    ldparam px, x
    ldparam py, y
    ub_window w, R
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    st.b32  zero, [w, 0]
    .if     !BUG
    set     go
    .endif
    wait    go                                          ; <- DEADLOCK
    wait    loaded
    vcadd.f32 [rr], [rx], r
    set     summed
    wait    summed                                      ; <- DEADLOCK
    .if     BUG
    set     go
    .endif
    ld.b32  sum, [w, 0]
    vmuls.f32 [rx], [rx], sum, v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
