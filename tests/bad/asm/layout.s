; expect: 5:32: 'c' holds a vec1 config, but vadd needs vec3
.kernel k, core=aiv
k:
    .reg c:vec1 = {repeat=1}
    vadd.f16 [x1], [x2], [x3], c
    end
