; expect: 4:5: .endif without .if
.kernel k, core=aiv
k:
    .endif
    end
