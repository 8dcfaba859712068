; expect: 7:5: RANGE: counter mode: vcmpv compares whole repeats of 64 elements, not 100 elements
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vec3c = {repeat=1 cond=eq}, n = 100, c = 1 << 56
    mov ctrl, c
    movemask n, 0
    vcmpv.f32 [d], [a], [b], v
    end
