; expect: 5:5: RESERVED: order = 3 in the config word: vcadd returns values only
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, v:red = {repeat=1 dst_rep=1 order=index}
    vcadd.f16 [d], [a], v
    end
