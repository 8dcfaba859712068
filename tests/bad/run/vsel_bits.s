; expect: 6:5: OVERLAP: dst and the select bits at src1 overlap at 0xe0: move dst
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 1024, b:ub = 224
    .reg v:vec3s = {repeat=1 mode=scalar}
    vsel.f16 [d], [a], [b], v
    end
