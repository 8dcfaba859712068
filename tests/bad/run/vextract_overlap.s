; expect: 6:5: OVERLAP: dst and src overlap, which vextract does not allow: move dst
.kernel k, core=aiv
k:
    .reg a:ub = 1024, b:ub = 1024
    .reg v:vextract = {repeat=1 field=4}
    vextract.f16 [a], [b], v
    end
