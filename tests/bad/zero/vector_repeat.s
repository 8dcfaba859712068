; expect: 5:5: vadd: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vec3 = {repeat=0}
    vadd.f16 [d], [a], [b], v
    end
