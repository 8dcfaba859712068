; expect: 5:13: 'n' is a kernel parameter, known only at run time
.kernel k, core=aiv
.param n, u32 = 4
k:
    mov x1, n
    end
