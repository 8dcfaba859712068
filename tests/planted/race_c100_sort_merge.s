; Region proposals: VMS4 reads the two runs that VBS16 has only just begun to write.
; args: --chip 910A x=iota
.kernel k, core=c100
.param  x, in,  f16[32, 8]
.param  y, out, f16[32, 8]
.buf    X, ub, f16[32, 8]
.buf    A, ub, f16[32, 8]
.buf    B, ub, f16[32, 8]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
.flag   stored, mte3 -> s
k:
    .reg    p:gm, x:ub = X, a:ub = A, b:ub = B, first, t, two:vbs32 = {repeat=2}
    .reg    lists = A/16 | (A/16 + 16) << 16, how:vms4 = {valid=3 len0=16 len1=16}
    .reg    mv:burst = {len_burst=16}
    ldparam p, x
    mov_out_to_ub [x], [p], mv
    set     loaded
    wait    loaded
    vbs16.f16 [a], [x], two                             ; <- RACE other
    .if     !BUG
    bar.v
    .endif
    vms4.f16 [b], lists, how                            ; <- RACE
    set     done
    wait    done
    ldparam p, y
    mov_ub_to_out [p], [b], mv
    set     stored
    wait    stored
    ld.b32  first, [p, 8]
    mov     t, 0xffff
    and.b64 first, first, t
    .assert first == f16(252), "the largest score comes first"
    add.s64 t, first, 0
    end
