; expect: 5:5: OVERLAP: dst and src0 overlap, which vbs32 does not allow: move dst
.kernel k, core=aiv
k:
    .reg d:ub = 0x1000, a:ub = 0x1000, b:ub = 0x2000, v:vbs32 = {repeat=1}
    vbs32.f32 [d], [a], [b], v
    end
