; expect: 5:5: OVERLAP: dst and src overlap: within a repeat they must be the same blocks or share none, and no repeat may read what an earlier one wrote
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 32, v:vec1 = {repeat=1 dst_rep=2}
    vconv.f16s4 [d], [a], v
    end
