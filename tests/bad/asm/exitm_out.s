; expect: 4:5: .exitm belongs inside a macro
.kernel k, core=aiv
k:
    .exitm
    end
