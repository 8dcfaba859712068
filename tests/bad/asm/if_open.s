; expect: 4:5: .if without .endif
.kernel k, core=aiv
k:
    .if 1
    end
