; expect: 9:5: vadd: counter mode with mask0 = 0 elements
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vec3 = {repeat=1}
    .reg n = 0, c = 1 << 56 | 8, old
    mov old, ctrl
    mov ctrl, c
    movemask n, 0
    vadd.f32 [d], [a], [b], v
    mov ctrl, old
    sub.s64 n, n, 1
    movemask n, 0
    end
