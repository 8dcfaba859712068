; Region proposals put together field by field, without the scores: they decide about every place.
; args: --chip 910A x=iota
.kernel k, core=c100
.param  x, in,  f16[8, 16]
.param  y, out, f16[16]
.buf    X, ub, f16[8, 16]
.buf    P, ub, f16[16, 8]
.buf    S, ub, f16[16, 8]
.buf    Y, ub, f16[16]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
.flag   stored, mte3 -> s
k:
    .reg    p:gm, x:ub, r:ub = P, s:ub = S, y:ub = Y, first, t
    .reg    how:vextract = {repeat=1 field=0}, one:vbs32 = {repeat=1}
    .reg    all:burst = {len_burst=8}, row:burst = {len_burst=1}
    mov     x, X
    ldparam p, x
    mov_out_to_ub [x], [p], all
    set     loaded
    wait    loaded
    vconcat.f16 [r], [x], how                           ; x1
    .if     !BUG
    mov     how.field, 4
    add.s64 x, x, 32
    vconcat.f16 [r], [x], how                           ; the scores
    .endif
    bar.v
    vbs16.f16 [s], [r], one
    bar.v
    mov     how.field, 0
    vextract.f16 [y], [s], how
    set     done
    wait    done
    ldparam p, y
    mov_ub_to_out [p], [y], row                         ; <- UNINIT
    set     stored
    wait    stored
    ld.b32  first, [p, 0]
    mov     t, 0xffff
    and.b64 first, first, t
    .assert first == f16(15), "x1 of the largest score"
    add.s64 t, first, 0
    end
