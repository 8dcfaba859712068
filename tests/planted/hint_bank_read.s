; Both sources begin in one bank group: every repeat takes two cycles to read them.
.kernel k, core=aiv
.equ    T, 8192
.param  a, in,  f16[T]
.param  b, in,  f16[T]
.param  y, out, f16[T]
.ref    add, a, b, max_ulp=0
.buf    A, ub, f16[T], group=0
.buf    B, ub, f16[T], group=BUG ? 0 : 8
.buf    C, ub, f16[T], bank=2
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, ra:ub = A, rb:ub = B, rc:ub = C, mv:align = {len_burst=2*T}
    .reg    v:vec3 = {repeat=T/128}
    ldparam p, a
    mov_out_to_ub_align.b16 [ra], [p], mv
    ldparam p, b
    mov_out_to_ub_align.b16 [rb], [p], mv
    ldparam p, y
    set     loaded
    wait    loaded
    vadd.f16 [rc], [ra], [rb], v                        ; <- BANK
    set     done
    wait    done
    mov_ub_to_out_align.b16 [p], [rc], mv
    end
