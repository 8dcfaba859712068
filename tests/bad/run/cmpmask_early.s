; expect: 8:5: COLLISION: special register CMPMASK0 is written by pipe s before pipe v has read it
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 1024, b:ub = 2048, n = 1
    .reg v:vec3s = {repeat=1}
    vsel.f16 [d], [a], [b], v
    nop.s
    mov cmpmask0, n
    end
