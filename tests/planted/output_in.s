; The result is stored over its input a, which the caller has declared to be read only.
.kernel k, core=aiv
.param  a, in,  f16[512]
.param  b, in,  f16[512]
.param  y, out, f16[512]
.ref    max, a, b, max_ulp=0
.buf    A, ub, f16[512]
.buf    B, ub, f16[512]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    pa:gm, pb:gm, py:gm, ra:ub = A, rb:ub = B
    .reg    mv:align = {len_burst=1024}, v:vec3 = {repeat=4}
    ldparam pa, a
    ldparam pb, b
    ldparam py, y
    mov_out_to_ub_align.b16 [ra], [pa], mv
    mov_out_to_ub_align.b16 [rb], [pb], mv
    set     loaded
    wait    loaded
    vmax.f16 [ra], [ra], [rb], v
    set     done
    wait    done
    .if     BUG
    mov_ub_to_out_align.b16 [pa], [ra], mv              ; <- OUTPUT
    .endif
    mov_ub_to_out_align.b16 [py], [ra], mv
    end
