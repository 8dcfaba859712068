; expect: 5:12: a register with layout vec3 cannot go into one with vec1
.kernel k, core=aiv
k:
    .reg a:vec3 = {repeat=1}, b:vec1
    mov b, a
    end
