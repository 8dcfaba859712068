; expect: 4:9: expected two texts with a comma between
.kernel k, core=aiv
k:
    .ifc a
    .endif
    end
