; expect: 4:20: 'f17' is no element type
.kernel k, core=aiv
k:
    mov x1, sizeof(f17)
    end
