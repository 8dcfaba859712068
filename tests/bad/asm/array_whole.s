; expect: 5:15: 'a' has 2 elements: write a[i]
.kernel k, core=aiv
k:
    .reg a[2]
    mov x20, a
    end
