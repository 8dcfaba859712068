; expect: 4:5: .endscope without .scope
.kernel k, core=aiv
k:
    .endscope
    end
