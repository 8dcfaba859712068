; expect: 5:16: 'a' has elements 0..1, there is no 2
.kernel k, core=aiv
k:
    .reg a[2]
    mov x20, a[2]
    end
