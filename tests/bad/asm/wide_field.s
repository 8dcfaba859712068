; expect: 4:27: 300 does not fit field 'repeat' of vec3 (0..255)
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=300}
    end
