; expect: 4:11: expected a name
.kernel k, core=aiv
k:
    .ifdef
    .endif
    end
