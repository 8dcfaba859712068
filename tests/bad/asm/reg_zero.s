; expect: 4:12: the number of registers is 0, it must be 1..16
.kernel k, core=aiv
k:
    .reg a[0]
    end
