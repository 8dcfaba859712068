; expect: 6:5: OVERLAP: dst and src overlap, which vconcat does not allow: move dst
.kernel k, core=aiv
k:
    .reg a:ub = 1024, b:ub = 1248
    .reg v:vextract = {repeat=1 field=4}
    vconcat.f16 [a], [b], v
    end
