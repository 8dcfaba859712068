; expect: 5:14: flag 'full' has ids 0..1, there is no 2
.kernel k, core=aiv
.flag full, mte2 -> v, ids=2
k:
    set full[2]
    end
