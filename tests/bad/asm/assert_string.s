; expect: 4:21: expected a string in double quotes
.kernel k, core=aiv
k:
    .assert x1 > 0, text
    end
