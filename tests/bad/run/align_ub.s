; expect: 5:5: ALIGN: src0 address 0x1010 in ub is not a multiple of 32 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1010, b:ub = 0x2000, v:vec3 = {repeat=1}
    vadd.f16 [d], [a], [b], v
    end
