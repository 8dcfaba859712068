; expect: 4:13: ceil_div takes 2 arguments, got 1
.kernel k, core=aiv
k:
    mov x1, ceil_div(3)
    end
