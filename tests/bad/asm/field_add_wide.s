; expect: 5:19: 300 does not fit field 'repeat' of vec3
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=1}
    add c.repeat, 300
    end
