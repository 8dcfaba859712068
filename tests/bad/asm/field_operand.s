; expect: 5:32: a field can only be written, by mov and add
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=1}
    vadd.f16 [x1], [x2], [x3], c.repeat
    end
