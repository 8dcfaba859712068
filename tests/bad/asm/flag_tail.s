; expect: 5:10: unexpected ', 1' after the statement
.kernel k, core=aiv
.flag f, mte2 -> v
k:
    set f, 1
    end
