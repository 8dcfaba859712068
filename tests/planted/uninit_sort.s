; The last eight scores were never loaded, and decide with the others about every place.
; args: x=iota i=iota
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  i, in,  u32[64]
.param  y, out, u32[128]
.buf    X, ub, f32[64]
.buf    I, ub, u32[64]
.buf    A, ub, b64[64]
.flag   loaded, mte2 -> v
.flag   sorted, v -> s
.flag   done,   v -> mte3
k:
    .reg    p:gm, x:ub = X, i:ub = I, a:ub = A, w, first, two:vbs32 = {repeat=2}
    .reg    mv:align = {len_burst=512}
    ldparam p, x
    gm_to_ub x, p, 256 - 32*BUG
    ldparam p, i
    gm_to_ub i, p, 256
    set     loaded
    wait    loaded
    vbs32.f32 [a], [x], [i], two
    .if     !BUG
    set     sorted
    wait    sorted
    ub_window w, A
    ld.b32  first, [w, 256]
    .assert first == f32(63), "the largest score of the second 32"
    add.s64 first, first, 0
    .endif
    set     done
    wait    done
    ldparam p, y
    mov_ub_to_out_align.b32 [p], [a], mv                ; <- UNINIT
    end
