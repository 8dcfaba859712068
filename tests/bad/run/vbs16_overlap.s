; expect: 6:5: OVERLAP: dst and src overlap, which vbs16 does not allow: move dst
.kernel k, core=aiv
k:
    .reg a:ub = 1024, b:ub = 1280
    .reg v:vbs32 = {repeat=2}
    vbs16.f16 [a], [b], v
    end
