; expect: 5:13: 'f' is a flag; a number is needed here
.kernel k, core=aiv
.flag f, mte2 -> v
k:
    mov x1, f
    end
