; S reads how many elements were kept while V is still packing: RSVD_CNT belongs to V.
; args: x=iota
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  u32[256]
.param  y, out, u32[64]
.buf    X, ub, u32[256]
.buf    Y, ub, u32[256]
.flag   loaded, mte2 -> v
.flag   packed, v -> s
.flag   done,   v -> mte3
k:
    .reg    p:gm, x:ub = X, y:ub = Y, kept, t, pick:vreducev2 = {repeat=4 pattern=4}
    ldparam p, x
    gm_to_ub x, p, 1024
    set     loaded
    wait    loaded
    vreducev2.b32 [y], [x], [x], pick                   ; <- RACE other
    .if     !BUG
    set     packed
    wait    packed
    .endif
    mov     kept, rsvd_cnt                              ; <- RACE
    .if     !BUG
    .assert kept == 64, "one of four"
    .endif
    add.s64 t, kept, 0
    set     done
    wait    done
    ldparam p, y
    ub_to_gm p, y, 256
    end
