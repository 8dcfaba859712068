; expect: 8:5: vadd: no lane of 128 is on (mask1 0x0, mask0 0x0)
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vec3 = {repeat=1}
    .reg n = 0
    movemask n, 0
    movemask n, 1
    vadd.f16 [d], [a], [b], v
    sub.s64 n, n, 1
    movemask n, 0
    movemask n, 1
    end
