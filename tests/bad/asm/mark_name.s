; expect: 4:10: expected the name of the region
.kernel k, core=aiv
k:
    .mark
    end
