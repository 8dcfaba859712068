; expect: 5:5: OVERLAP: dst and src overlap: a repeat would read a result that was written before, move dst
.kernel k, core=aiv
k:
    .reg d:ub = 0x1100, a:ub = 0x1000, v:red = {repeat=2 dst_rep=1}
    vcadd.f16 [d], [a], v
    end
