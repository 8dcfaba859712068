; S reads how much of each list was used while V is still merging: VMS4_SR belongs to V, and no flag
; says that it is ready.
; args: x=iota i=iota
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  i, in,  u32[64]
.param  y, out, u32[128]
.buf    X, ub, f32[64]
.buf    I, ub, u32[64]
.buf    A, ub, b64[64]
.buf    B, ub, b64[64]
.flag   loaded, mte2 -> v
.flag   sorted, v -> s
.flag   done,   v -> mte3
k:
    .reg    p:gm, x:ub = X, i:ub = I, a:ub = A, b:ub = B, used, t
    .reg    two:vbs32 = {repeat=2}, lists = A/8 | (A/8 + 32) << 16, lengths = 32 | 32 << 16
    .reg    how = 1 << 12 | 3 << 8 | 1
    ldparam p, x
    gm_to_ub x, p, 256
    ldparam p, i
    gm_to_ub i, p, 256
    set     loaded
    wait    loaded
    vbs32.f32 [a], [x], [i], two
    bar.v
    vms4v2.f32 [b], lists, lengths, how                 ; <- RACE other
    .if     !BUG
    set     sorted
    wait    sorted
    .endif
    mov     used, vms4_sr                               ; <- RACE
    .if     !BUG
    .assert used == 32 << 16, "the second run is used up, the first not begun"
    .endif
    add.s64 t, used, 0
    set     done
    wait    done
    ldparam p, y
    ub_to_gm p, b, 256                                  ; what was merged
    end
