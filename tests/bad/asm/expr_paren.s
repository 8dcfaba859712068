; expect: 4:19: expected ')', the expression ends here
.kernel k, core=aiv
k:
    mov x1, (1 + 2
    end
