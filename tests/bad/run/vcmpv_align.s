; expect: 6:5: ALIGN: dst address 0x10 in ub is not a multiple of 32 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 16, a:ub = 1024, b:ub = 2048
    .reg v:vec3c = {repeat=1 cond=lt}
    vcmpv.f16 [d], [a], [b], v
    end
