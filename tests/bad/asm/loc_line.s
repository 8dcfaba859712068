; expect: 4:17: the line is 0, it must be 1..2147483647
.kernel k, core=aiv
k:
    .loc "a.c", 0
    end
