; expect: 4:12: expected a string in double quotes
.kernel k, core=aiv
k:
    .print x1
    end
