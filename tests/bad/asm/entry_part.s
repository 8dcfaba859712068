; expect: 3:8: expected aic or aiv
.kernel k, core=aiv
.entry main, k
k:
    nop
    end
