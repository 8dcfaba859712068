; Source and destination of one repeat lie one block apart: they must be the same bytes or none.
.kernel k, core=aiv
.param  a, in,  f16[128]
.param  b, in,  f16[128]
.param  y, out, f16[128]
.ref    add, a, b, max_ulp=0
.buf    A, ub, f16[144]
.buf    B, ub, f16[128]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, ra:ub = A, rb:ub = B, to:ub = A + 32*BUG
    .reg    mv:align = {len_burst=256}, v:vec3 = {repeat=1}
    ldparam p, a
    mov_out_to_ub_align.b16 [ra], [p], mv
    ldparam p, b
    mov_out_to_ub_align.b16 [rb], [p], mv
    ldparam p, y
    set     loaded
    wait    loaded
    vadd.f16 [to], [ra], [rb], v                        ; <- OVERLAP
    set     done
    wait    done
    mov_ub_to_out_align.b16 [p], [to], mv
    end
