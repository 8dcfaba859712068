; expect: 4:13: expected a value, found '"'
.kernel k, core=aiv
k:
    mov x1, "a"
    end
