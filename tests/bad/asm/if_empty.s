; expect: 4:8: expected a value
.kernel k, core=aiv
k:
    .if
    .endif
    end
