; A gather by 64 offsets of which only 56 were loaded: the last eight results come from anywhere.
; args: x=ones i=zeros
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
.flag   done,   v -> mte3
k:
    .reg    p:gm, x:ub = X, i:ub = I, y:ub = Y, g:vgather = {repeat=1 base=X}, mv:align = {len_burst=256}
    ldparam p, i
    gm_to_ub i, p, 256 - 32*BUG
    ldparam p, x
    gm_to_ub x, p, 256
    set     table
    wait    table
    vgather.b32 [y], [i], g
    set     done
    wait    done
    ldparam p, y
    mov_ub_to_out_align.b32 [p], [y], mv                ; <- UNINIT
    end
