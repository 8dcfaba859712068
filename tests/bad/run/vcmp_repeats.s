; expect: 6:5: RANGE: vcmp compares one repeat into CMPMASK, not 2: set the repeat count to 1, or use vcmpv
.kernel k, core=aiv
k:
    .reg a:ub = 1024, b:ub = 2048
    .reg v:vec3 = {repeat=2}
    vcmp.lt.f32 [a], [b], v
    end
