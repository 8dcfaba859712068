; expect: 4:18: 2 does not fit the pos of movemask (0..1)
.kernel k, core=aiv
k:
    movemask x1, 2
    end
