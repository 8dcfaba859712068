; expect: 3:1: expected .buf NAME, MEMORY, TYPE[ELEMENTS]
.kernel k, core=aiv
.buf A, ub
k:
    nop
    end
