; The flag of the later load says what that of the earlier one says too: MTE2 sets them in order.
.kernel k, core=aiv
.param  a, in,  f32[1024]
.param  b, in,  f32[1024]
.param  y, out, f32[1024]
.ref    sub, a, b, max_ulp=0
.buf    A, ub, f32[1024]
.buf    B, ub, f32[1024]
.if     BUG
.flag   has_a, mte2 -> v
.endif
.flag   has_b, mte2 -> v
.flag   done,  v -> mte3
k:
    .reg    p:gm, ra:ub = A, rb:ub = B, mv:align = {len_burst=4096}, v:vec3 = {repeat=16}
    ldparam p, a
    mov_out_to_ub_align.b32 [ra], [p], mv
    .if     BUG
    set     has_a                                       ; <- REDUNDANT other
    .endif
    ldparam p, b
    mov_out_to_ub_align.b32 [rb], [p], mv
    ldparam p, y
    set     has_b
    wait    has_b
    .if     BUG
    wait    has_a                                       ; <- REDUNDANT
    .endif
    vsub.f32 [ra], [ra], [rb], v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [p], [ra], mv
    end
