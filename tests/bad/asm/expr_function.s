; expect: 4:13: unknown function 'ceil'
.kernel k, core=aiv
k:
    mov x1, ceil(3, 2)
    end
