; expect: 4:5: .else without .if
.kernel k, core=aiv
k:
    .else
    end
