; expect: 3:21: expected ids=N
.kernel k, core=aiv
.flag f, mte2 -> v, id=2
k:
    nop
    end
