; The sort waits for the flag of the scores only; that of the indices is waited for after it.
; args: x=iota i=iota
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[32]
.param  i, in,  u32[32]
.param  y, out, u32[64]
.buf    X, ub, f32[32]
.buf    I, ub, u32[32]
.buf    A, ub, b64[32]
.flag   scores,  mte2 -> v
.flag   indices, mte2 -> v
.flag   sorted,  v -> s
.flag   done,    v -> mte3
k:
    .reg    p:gm, x:ub = X, i:ub = I, a:ub = A, t, w, first, one:vbs32 = {repeat=1}
    ldparam p, x
    gm_to_ub x, p, 128
    set     scores
    ldparam p, i
    .reg    mv:align = {len_burst=128}
    mov_out_to_ub_align.b32 [i], [p], mv                ; <- RACE other
    set     indices
    wait    scores
    .if     !BUG
    wait    indices
    .endif
    vbs32.f32 [a], [x], [i], one                        ; <- RACE
    .if     BUG
    wait    indices
    .endif
    set     sorted
    wait    sorted
    ub_window w, A
    ld.b32  first, [w, 4]
    .assert first == 31, "the index of the largest score"
    add.s64 t, first, 0
    set     done
    wait    done
    ldparam p, y
    ub_to_gm p, a, 256
    end
