; expect: 4:11: expected .allow FINDING, "reason"
.kernel k, core=aiv
k:
    .allow
    end
