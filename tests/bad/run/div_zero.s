; expect: 5:5: RANGE: division by zero
.kernel k, core=aiv
k:
    .reg a = 1, z = 0
    div.s64 a, a, z
    end
