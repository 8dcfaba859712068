; expect: 4:13: undefined symbol 'left'
.kernel k, core=aiv
k:
    .assert left > 0, "a"
    end
