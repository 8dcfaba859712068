; expect: 4:5: vmaxs exists on aiv, this code is for c100
.kernel k, core=c100
k:
    vmaxs.f16 [x1], [x2], x3, x4
    end
