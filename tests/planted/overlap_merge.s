; The merge writes its result over its second list.
; args: x=iota i=iota
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  i, in,  u32[64]
.param  y, out, u32[128]
.buf    X, ub, f32[64]
.buf    I, ub, u32[64]
.buf    A, ub, b64[64 + 64]
.flag   loaded, mte2 -> v
.flag   sorted, v -> s
.flag   done,   v -> mte3
k:
    .reg    p:gm, x:ub = X, i:ub = I, a:ub = A, b:ub = A + (BUG ? 256 : 512), t, w, first
    .reg    two:vbs32 = {repeat=2}, lists = A/8 | (A/8 + 32) << 16, lengths = 32 | 32 << 16
    .reg    how = 3 << 8 | 1
    ldparam p, x
    gm_to_ub x, p, 256
    ldparam p, i
    gm_to_ub i, p, 256
    set     loaded
    wait    loaded
    vbs32.f32 [a], [x], [i], two
    bar.v
    vms4v2.f32 [b], lists, lengths, how                 ; <- OVERLAP
    set     sorted
    wait    sorted
    ub_window w, A + 512
    ld.b32  first, [w, 0]
    .assert first == f32(63), "the largest score comes first"
    add.s64 t, first, 0
    set     done
    wait    done
    ldparam p, y
    ub_to_gm p, b, 512
    end
