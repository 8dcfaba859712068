; expect: 4:5: .endmark without .mark
.kernel k, core=aiv
k:
    .endmark
    end
