; expect: 4:19: this { is not closed
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=1
    end
