; Merged core: V computes the second tile into Y while MTE3 still stores the first.
; args: --chip 910A
.kernel k, core=c100
.equ    T, 2048
.param  x, in,  f32[2*T]
.param  y, out, f32[2*T]
.ref    muls, x, 3, max_ulp=0
.buf    X, ub, f32[2*T]
.buf    Y, ub, f32[T]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3, ids=2
.flag   saved,  mte3 -> v
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, three = f32(3), step = 4*T
    .reg    in:burst = {len_burst=T/4}, out:burst = {len_burst=T/8}, v:vec1s = {repeat=T/64}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub [rx], [px], in
    set     loaded
    wait    loaded
    vmuls.f32 [ry], [rx], three, v
    set     done[0]
    wait    done[0]
    mov_ub_to_out [py], [ry], out                       ; <- RACE other
    .if     !BUG
    set     saved
    wait    saved
    .endif
    add.s64 rx, rx, step
    add.s64 py, py, step
    vmuls.f32 [ry], [rx], three, v                      ; <- RACE
    set     done[1]
    wait    done[1]
    mov_ub_to_out [py], [ry], out
    end
