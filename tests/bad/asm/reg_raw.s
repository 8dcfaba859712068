; expect: 4:10: 'x3' is the name of a register
.kernel k, core=aiv
k:
    .reg x3
    end
