; expect: 4:18: expected a string in double quotes
.kernel k, core=aiv
k:
    .allow RACE, 3
    end
