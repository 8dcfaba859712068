; expect: 5:5: ALIGN: dst address 0x1 in ub is not a multiple of 2 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 1, a:ub = 0x1000, v:red = {repeat=1 dst_rep=1}
    vcadd.f16 [d], [a], v
    end
