; expect: 4:27: expected field=value
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat 1}
    end
