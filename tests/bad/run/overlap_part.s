; expect: 5:5: OVERLAP: dst and src0 overlap: within a repeat they must be the same blocks or share none, and no repeat may read what an earlier one wrote
.kernel k, core=aiv
k:
    .reg d:ub = 0x1020, a:ub = 0x1000, b:ub = 0x2000, v:vec3 = {repeat=1}
    vadd.f16 [d], [a], [b], v
    end
