; expect: 4:20: expected field=value
.kernel k, core=aiv
k:
    .reg c:vec3 = {=1}
    end
