; expect: 5:5: RESERVED: acc = 1 in the config word: vcgadd has no such mode
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, v:red = {repeat=1 dst_rep=1 acc=1}
    vcgadd.f16 [d], [a], v
    end
