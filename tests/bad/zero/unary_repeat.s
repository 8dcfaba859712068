; expect: 5:5: vexp: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, v:vec1 = {repeat=0}
    vexp.f16 [d], [a], v
    end
