; expect: 4:13: expected a value
.kernel k, core=aiv
k:
    .reg a =
    end
