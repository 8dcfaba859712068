; expect: 5:5: BOUNDS: writes ub 0x40000..0x40100, ub of this core has 196608 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 0x40000, a:ub = 0, b:ub = 0x2000, v:vec3 = {repeat=1}
    vadd.f16 [d], [a], [b], v
    end
