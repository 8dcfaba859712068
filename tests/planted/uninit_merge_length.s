; The second list has 32 records, the merge is told of 40: eight that nobody sorted.
; args: x=iota i=iota
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  i, in,  u32[64]
.param  y, out, u32[144]
.buf    X, ub, f32[64]
.buf    I, ub, u32[64]
.buf    A, ub, b64[80]
.buf    B, ub, b64[80]
.flag   loaded, mte2 -> v
.flag   sorted, v -> s
.flag   done,   v -> mte3
k:
    .reg    p:gm, x:ub = X, i:ub = I, a:ub = A, b:ub = B, t, w, first
    .reg    two:vbs32 = {repeat=2}, lists = A/8 | (A/8 + 32) << 16
    .reg    lengths = 32 | (32 + 8*BUG) << 16, how = 3 << 8 | 1, mv:align = {len_burst=512}
    ldparam p, x
    gm_to_ub x, p, 256
    ldparam p, i
    gm_to_ub i, p, 256
    set     loaded
    wait    loaded
    vbs32.f32 [a], [x], [i], two
    bar.v
    vms4v2.f32 [b], lists, lengths, how
    .if     !BUG
    set     sorted
    wait    sorted
    ub_window w, B
    ld.b32  first, [w, 0]
    .assert first == f32(63), "the largest score comes first"
    add.s64 t, first, 0
    .endif
    set     done
    wait    done
    ldparam p, y
    mov_ub_to_out_align.b32 [p], [b], mv                ; <- UNINIT
    end
