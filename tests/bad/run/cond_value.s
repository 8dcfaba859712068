; expect: 6:5: RANGE: cond = 7 in the config word: 0 to 5 are eq ne lt gt ge le
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vec3c = {repeat=1 cond=eq}, n = 7 << 50
    or.b64 n, n, v
    vcmpv.f32 [d], [a], [b], n
    end
