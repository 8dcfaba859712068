; expect: 3:28: unexpected '3' after the statement
.kernel k, core=aiv
.flag f, mte2 -> v, ids=2, 3
k:
    nop
    end
