; The gather waits for its offsets, not for the table they lead into: whatever they are, a transfer
; into the buffer of base must be over.
; args: i=zeros
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  i, in,  u32[64]
.param  y, out, f32[64]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[64]
.buf    I, ub, u32[64]
.buf    Y, ub, f32[64]
.flag   table,  mte2 -> v
.flag   where,  mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, x:ub = X, i:ub = I, y:ub = Y, g:vgather = {repeat=1 base=X}, v:vec1 = {repeat=1}
    ldparam p, i
    gm_to_ub i, p, 256
    set     where
    ldparam p, x
    gm_to_ub x, p, 256                                  ; <- RACE other
    set     table
    wait    where
    .if     !BUG
    wait    table
    .endif
    vgather.b32 [y], [i], g                             ; <- RACE
    .if     BUG
    wait    table
    .endif
    bar.v
    vcopy.b32 [y], [x], v
    set     done
    wait    done
    ldparam p, y
    ub_to_gm p, y, 256
    end
