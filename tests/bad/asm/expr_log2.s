; expect: 4:13: log2 of 0, the argument must be positive
.kernel k, core=aiv
k:
    mov x1, log2(0)
    end
