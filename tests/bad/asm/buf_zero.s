; expect: 3:17: the number of elements is 0, it must be 1..1073741824
.kernel k, core=aiv
.buf A, ub, f16[0]
k:
    nop
    end
