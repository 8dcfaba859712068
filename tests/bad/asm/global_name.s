; expect: 3:9: expected a name
.kernel k, core=aiv
.global 3
k:
    nop
    end
