; expect: 6:5: RANGE: mode = 3 in the config word: 0 cmpmask, 1 scalar, 2 tensor
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vec3s = {repeat=1}, n = 3 << 48
    or.b64 n, n, v
    vsel.f16 [d], [a], [b], n
    end
