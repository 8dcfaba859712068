; expect: 4:14: undefined symbol 'LATE'
.kernel k, core=aiv
k:
    mov x1, (LATE + 4
    end
