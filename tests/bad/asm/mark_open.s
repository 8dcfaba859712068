; expect: 4:5: .mark main without .endmark
.kernel k, core=aiv
k:
    .mark main
    end
