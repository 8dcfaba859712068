; expect: 5:21: 'pa' is an address in gm, but src0 of vadd is in ub
.kernel k, core=aiv
k:
    .reg pa:gm, c:vec3 = {repeat=1}
    vadd.f16 [x1], [pa], [x2], c
    end
