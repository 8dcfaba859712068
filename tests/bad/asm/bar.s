; expect: 4:9: 'q' is no pipe of bar (s v m mte1 mte2 mte3 all mte4 mte5 v2 fix f)
.kernel k, core=aiv
k:
    bar.q
    end
