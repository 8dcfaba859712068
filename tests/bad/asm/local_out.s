; expect: 4:5: .local belongs inside a macro
.kernel k, core=aiv
k:
    .local a
    end
