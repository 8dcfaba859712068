; One id says "sum is ready" and "product is ready": V can set it for both before MTE3 has
; consumed the first.
.kernel k, core=aiv
.param  a, in,  f32[512]
.param  b, in,  f32[512]
.param  s, out, f32[512]
.param  p, out, f32[512]
.ref    add, a, b, s, max_ulp=0
.buf    A, ub, f32[512]
.buf    B, ub, f32[512]
.buf    S, ub, f32[512]
.buf    P, ub, f32[512]
.flag   loaded, mte2 -> v
.flag   ready,  v -> mte3, ids=2
k:
    .reg    q:gm, ra:ub = A, rb:ub = B, rs:ub = S, rp:ub = P
    .reg    mv:align = {len_burst=2048}, v:vec3 = {repeat=8}
    ldparam q, a
    mov_out_to_ub_align.b32 [ra], [q], mv
    ldparam q, b
    mov_out_to_ub_align.b32 [rb], [q], mv
    set     loaded
    wait    loaded
    vadd.f32 [rs], [ra], [rb], v
    set     ready[0]                                    ; <- FLAG other
    vmul.f32 [rp], [ra], [rb], v
    set     ready[BUG ? 0 : 1]                          ; <- FLAG
    wait    ready[0]
    ldparam q, s
    mov_ub_to_out_align.b32 [q], [rs], mv
    wait    ready[BUG ? 0 : 1]
    ldparam q, p
    mov_ub_to_out_align.b32 [q], [rp], mv
    end
