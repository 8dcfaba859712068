; expect: 4:12: the format asks for 2 values, 1 is given
.kernel k, core=aiv
k:
    .print "%d %d", x1
    end
