; expect: 4:13: undefined symbol 'LATE'
.kernel k, core=aiv
k:
    mov x1, LATE
    end
