; expect: 5:5: ALIGN: dst address 0x2 in ub is not a multiple of 4 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 2, a:ub = 0x1000, v:red = {repeat=1 dst_rep=1}
    vcmax.f16 [d], [a], v
    end
