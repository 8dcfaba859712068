; expect: 4:20: vec3 has no field 'repaet'
.kernel k, core=aiv
k:
    .reg c:vec3 = {repaet=2}
    end
