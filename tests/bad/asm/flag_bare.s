; expect: 4:8: expected a flag name
.kernel k, core=aiv
k:
    set
    end
