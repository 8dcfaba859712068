; expect: 4:10: expected a string in double quotes
.kernel k, core=aiv
k:
    .loc 3
    end
