; expect: 4:27: expected a value
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=}
    end
