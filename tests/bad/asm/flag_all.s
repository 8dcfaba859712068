; expect: 5:9: 'full' has 2 ids: write full[i]
.kernel k, core=aiv
.flag full, mte2 -> v, ids=2
k:
    set full
    end
