; expect: 4:9: expected register names
.kernel k, core=aiv
k:
    .reg
    end
