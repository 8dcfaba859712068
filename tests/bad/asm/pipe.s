; expect: 3:13: 'mte9' is no pipe (s v m mte1 mte2 mte3 fix)
.kernel k, core=aiv
.flag full, mte9 -> v
k:  end
