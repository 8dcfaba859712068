; S loads the sum before V has written it: the factor is whatever lay in UB.
; args: x=ones
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  y, out, f32[64]
.ref    muls, x, 64, max_ulp=0
.buf    X, ub, f32[64]
.buf    R, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   summed, v -> s
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, rr:ub = R, w, sum
    .reg    mv:align = {len_burst=256}, r:red = {repeat=1}, v:vec1 = {repeat=1}
    ldparam px, x
    ldparam py, y
    ub_window w, R
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    wait    loaded
    vcadd.f32 [rr], [rx], r                             ; <- RACE other
    .if     !BUG
    set     summed
    wait    summed
    .endif
    ld.b32  sum, [w, 0]                                 ; <- RACE
    vmuls.f32 [rx], [rx], sum, v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
