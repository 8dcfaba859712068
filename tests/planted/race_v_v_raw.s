; The product reads the sum without BAR.V: V starts it before the last repeats of the sum are
; written.
.kernel k, core=aiv
.param  a, in,  f16[2048]
.param  b, in,  f16[2048]
.param  y, out, f16[2048]
.ref    mul, a, b, max_ulp=1
.buf    A, ub, f16[2048]
.buf    B, ub, f16[2048]
.buf    C, ub, f16[2048]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    pa:gm, pb:gm, py:gm, ra:ub = A, rb:ub = B, rc:ub = C, two = f16(2), half = f16(0.5)
    .reg    mv:align = {len_burst=4096}, v:vec3 = {repeat=16}, w:vec1 = {repeat=16}
    ldparam pa, a
    ldparam pb, b
    ldparam py, y
    mov_out_to_ub_align.b16 [ra], [pa], mv
    mov_out_to_ub_align.b16 [rb], [pb], mv
    set     loaded
    wait    loaded
    vmuls.f16 [rc], [ra], two, w                        ; <- RACE other
    .if     !BUG
    bar.v
    .endif
    vmul.f16 [rc], [rc], [rb], v                        ; <- RACE
    bar.v
    vmuls.f16 [rc], [rc], half, w
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rc], mv
    end
