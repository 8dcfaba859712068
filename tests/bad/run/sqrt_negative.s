; expect: 5:5: RANGE: square root of a negative number
.kernel k, core=aiv
k:
    .reg a = -1
    sqrt.s64 a, a
    end
