; expect: 3:10: expected a pipe pair: mte2 -> v
.kernel k, core=aiv
.flag f, mte2, v
k:
    nop
    end
