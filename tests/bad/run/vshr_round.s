; expect: 6:5: RESERVED: round = 1 of vshr.u16: only signed types round, write 0
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 1024, n = 1
    .reg v:vec1 = {repeat=1}
    vshr.u16 [d], [a], n, v, 1
    end
