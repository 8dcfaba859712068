; expect: 4:13: expected an integer, not a float
.kernel k, core=aiv
k:
    mov x1, 1.5
    end
