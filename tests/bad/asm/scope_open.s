; expect: 4:5: .scope without .endscope
.kernel k, core=aiv
k:
    .scope
    end
