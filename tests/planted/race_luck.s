; V has so much to do that the store is over long before it writes Y again; nothing says that it
; must be.
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  y, out, f32[64]
.param  z, in,  f32[8192]
.param  s, out, f32[8192]
.ref    muls, x, 2, y, max_ulp=0
.buf    X, ub, f32[64]
.buf    Y, ub, f32[64]
.buf    Z, ub, f32[8192]
.flag   loaded, mte2 -> v, ids=2
.flag   done,   v -> mte3, ids=2
.flag   saved,  mte3 -> v
k:
    .reg    p:gm, rx:ub = X, ry:ub = Y, rz:ub = Z, two = f32(2)
    .reg    few:align = {len_burst=256}, many:align = {len_burst=32768}
    .reg    one:vec1 = {repeat=1}, all:vec1 = {repeat=128}
    ldparam p, x
    mov_out_to_ub_align.b32 [rx], [p], few
    set     loaded[0]
    wait    loaded[0]
    vmuls.f32 [ry], [rx], two, one
    set     done[0]
    wait    done[0]
    ldparam p, y
    mov_ub_to_out_align.b32 [p], [ry], few              ; <- RACE other
    .if     !BUG
    set     saved
    .endif
    ldparam p, z
    mov_out_to_ub_align.b32 [rz], [p], many
    set     loaded[1]
    wait    loaded[1]
    .rept   8
    vsqrt.f32 [rz], [rz], all
    bar.v
    .endr
    .if     !BUG
    wait    saved
    .endif
    vmuls.f32 [ry], [ry], two, one                      ; <- RACE
    set     done[1]
    wait    done[1]
    ldparam p, s
    mov_ub_to_out_align.b32 [p], [rz], many
    end
