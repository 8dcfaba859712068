; expect: 5:5: OVERLAP: dst and src overlap, which vgather does not allow: move dst
.kernel k, core=aiv
k:
    .reg d:ub = 0x1000, a:ub = 0x1000, v:vgather = {repeat=1 base=0x4000}
    vgather.b32 [d], [a], v
    end
