; expect: 4:13: undefined symbol 'kk2'
.kernel k, core=aiv
k:
    mov x1, kk2
    end
