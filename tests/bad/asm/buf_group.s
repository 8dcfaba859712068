; expect: 3:27: group is 16, it must be 0..15
.kernel k, core=aiv
.buf A, ub, f16[4], group=16
k:
    nop
    end
