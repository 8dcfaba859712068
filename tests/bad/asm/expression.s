; expect: 4:16: expected a value, the expression ends here
.kernel k, core=aiv
k:
    mov x1, 3 +
    end
