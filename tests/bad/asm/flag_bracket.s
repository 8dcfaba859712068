; expect: 5:11: this [ is not closed
.kernel k, core=aiv
.flag f, mte2 -> v, ids=2
k:
    set f[0
    end
