; One offset is an element number, not a number of bytes, times eight: it leads out of the table.
; args: x=ones
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  y, out, f32[64]
.ref    copy, x, max_ulp=0
.buf    X, ub, f32[64]
.buf    I, ub, u32[64]
.buf    Y, ub, f32[64]
.flag   table,  mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, x:ub = X, i:ub = I, y:ub = Y, g:vgather = {repeat=1 base=X}, d:dup = {repeat=1}
    .reg    last = 252 + 8*BUG
    movev.b32 [i], last, d
    ldparam p, x
    gm_to_ub x, p, 256
    set     table
    wait    table
    bar.v
    vgather.b32 [y], [i], g                             ; <- BOUNDS
    set     done
    wait    done
    ldparam p, y
    ub_to_gm p, y, 256
    end
