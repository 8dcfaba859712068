; expect: 3:26: bank is 3, it must be 0..2
.kernel k, core=aiv
.buf A, ub, f16[4], bank=3
k:
    nop
    end
