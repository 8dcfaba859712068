; expect: 5:15: 'c' holds a vec3 config, not an address
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=1}
    vadd.f16 [c], [x2], [x3], c
    end
