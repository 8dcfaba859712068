; expect: 5:21: only ub has groups and banks, not l1
.kernel k, core=aiv
.kernel m, core=aic
m:
.buf A, l1, f16[4], bank=1
k:
    nop
    end
