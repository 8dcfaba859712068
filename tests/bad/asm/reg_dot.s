; expect: 4:10: expected a register name without a dot
.kernel k, core=aiv
k:
    .reg a.b
    end
