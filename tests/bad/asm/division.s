; expect: 4:15: division by zero
.kernel k, core=aiv
k:
    mov x1, 3 / 0
    end
