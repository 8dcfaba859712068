; expect: 4:13: expected .assert CONDITION, "text"
.kernel k, core=aiv
k:
    .assert 1
    end
