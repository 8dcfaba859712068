; S is busy for a while and then loads the factor without asking whether MTE2 has brought it: on a
; slow
; day it has not, and y is x times an old number.
; args: f=ones
.include "dv.inc"
.kernel k, core=aiv
.param  f, in,  f32[8]
.param  x, in,  f32[512]
.param  y, out, f32[512]
.ref    copy, x, max_ulp=0
.buf    F, ub, f32[8]
.buf    X, ub, f32[512]
.flag   factor, mte2 -> s
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    pf:gm, px:gm, py:gm, rf:ub = F, rx:ub = X, w, s, zero = 0
    .reg    mf:align = {len_burst=32}, mv:align = {len_burst=2048}, v:vec1 = {repeat=8}
    ldparam pf, f
    ldparam px, x
    ldparam py, y
    ub_window w, F
    mov_out_to_ub_align.b32 [rf], [pf], mf              ; <- RACE other
    .if     !BUG
    set     factor
    .endif
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    mov     s, 500                                      ; S does something else meanwhile
busy:
    sub.s64 s, s, 1
    jumpcmp.gt.s64 s, zero, busy
    .if     !BUG
    wait    factor
    .endif
    ld.b32  s, [w, 0]                                   ; <- RACE
    wait    loaded
    vmuls.f32 [rx], [rx], s, v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
