; expect: 4:5: mmad exists on aic, c100, this code is for aiv
.kernel k, core=aiv
k:
    mmad.f16f32 [x1], [x2], [x3], x4
    end
