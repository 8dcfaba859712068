; expect: 4:30: 'n' is a register; a constant is needed here
.kernel k, core=aiv
k:
    .reg n, c:vec3 = {repeat=n}
    end
