; expect: 5:5: ALIGN: dst address 0x10 in ub is not a multiple of 32 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 0x10, a:ub = 0x1000, v:red = {repeat=1 dst_rep=1}
    vcpadd.f16 [d], [a], v
    end
