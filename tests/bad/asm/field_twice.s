; expect: 4:29: field 'repeat' is given twice
.kernel k, core=aiv
k:
    .reg c:vec3 = {repeat=1 repeat=2}
    end
