; expect: 4:17: expected a value, the expression ends here
.kernel k, core=aiv
k:
    .assert x1 >, "a"
    end
