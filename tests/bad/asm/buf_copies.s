; expect: 3:28: copies is 0, it must be 1..1024
.kernel k, core=aiv
.buf A, ub, f16[4], copies=0
k:
    nop
    end
