; Y is filled with zeros and then partly overwritten; without BAR.V a zero may land last.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[32]
.param  y, out, f32[64]
.buf    X, ub, f32[32]
.buf    Y, ub, f32[64]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
.flag   seen,   v -> s
k:
    .reg    p:gm, rx:ub = X, ry:ub = Y, zero = 0, n = 32, w, want, low, high
    .reg    in:align = {len_burst=128}, out:align = {len_burst=256}
    .reg    d:dup = {repeat=1}, v:vec1 = {repeat=1}
    ldparam p, x
    ld.b32  want, [p, 4]
    mov_out_to_ub_align.b32 [rx], [p], in
    set     loaded
    movev.f32 [ry], zero, d                             ; <- RACE other
    .if     !BUG
    bar.v
    .endif
    wait    loaded
    mask_first n
    vcopy.b32 [ry], [rx], v                             ; <- RACE
    mask_all
    set     done
    wait    done
    ldparam p, y
    mov_ub_to_out_align.b32 [p], [ry], out
    set     seen
    wait    seen
    ub_window w, Y
    ld.b32  low, [w, 4]
    ld.b32  high, [w, 4*40]
    .assert low == want, "x is in the low half"
    sub.s64 low, low, want
    .assert high == 0, "the high half is zero"
    sub.s64 high, high, want
    end
