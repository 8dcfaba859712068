; A field is taken out of region proposals before the sort has written them.
; args: --chip 910A x=iota
.kernel k, core=c100
.param  x, in,  f16[16, 8]
.param  y, out, f16[16]
.buf    X, ub, f16[16, 8]
.buf    S, ub, f16[16, 8]
.buf    Y, ub, f16[16]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
.flag   stored, mte3 -> s
k:
    .reg    p:gm, x:ub = X, s:ub = S, y:ub = Y, first, t
    .reg    score:vextract = {repeat=1 field=4}, one:vbs32 = {repeat=1}
    .reg    all:burst = {len_burst=8}, row:burst = {len_burst=1}
    ldparam p, x
    mov_out_to_ub [x], [p], all
    set     loaded
    wait    loaded
    vbs16.f16 [s], [x], one                             ; <- RACE other
    .if     !BUG
    bar.v
    .endif
    vextract.f16 [y], [s], score                        ; <- RACE
    set     done
    wait    done
    ldparam p, y
    mov_ub_to_out [p], [y], row
    set     stored
    wait    stored
    ld.b32  first, [p, 0]
    mov     t, 0xffff
    and.b64 first, first, t
    .assert first == f16(124), "the largest score"
    add.s64 t, first, 0
    end
