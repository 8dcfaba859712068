; expect: 5:5: vcadd: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, v:red = {repeat=0 dst_rep=1}
    vcadd.f16 [d], [a], v
    end
