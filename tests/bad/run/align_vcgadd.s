; expect: 5:5: ALIGN: dst address 0x8 in ub is not a multiple of 16 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 8, a:ub = 0x1000, v:red = {repeat=1 dst_rep=1}
    vcgadd.f16 [d], [a], v
    end
