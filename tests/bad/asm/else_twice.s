; expect: 6:5: .else after .else
.kernel k, core=aiv
k:
    .if 0
    .else
    .else
    .endif
    end
