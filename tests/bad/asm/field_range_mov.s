; expect: 5:19: 256 does not fit field 'repeat' of vec3 (0..255)
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=1}
    mov c.repeat, 256
    end
