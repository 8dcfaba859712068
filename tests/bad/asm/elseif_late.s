; expect: 6:5: .elseif after .else
.kernel k, core=aiv
k:
    .if 0
    .else
    .elseif 1
    .endif
    end
