; expect: 6:5: RESERVED: half block 1 of vaddreluconv: only 8-bit results have halves, write 0
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 1024, b:ub = 2048
    .reg v:vec3 = {repeat=1}
    vaddreluconv.f32f16 [d], [a], [b], v, 1
    end
