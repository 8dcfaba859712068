; expect: 5:11: unexpected '3' after the statement
.kernel k, core=aiv
k:
    .if 0
    .else 3
    .endif
    end
