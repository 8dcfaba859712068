; expect: 5:10: there is no flag 'fill'
.kernel k, core=aiv
.flag full, mte2 -> v, ids=2
k:
    wait fill[0]
    end
