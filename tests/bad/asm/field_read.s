; expect: 5:12: a field can be written, not read
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=1}, t
    mov t, c.repeat
    end
