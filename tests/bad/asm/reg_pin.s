; expect: 4:12: expected a register x0..x31 after '@'
.kernel k, core=aiv
k:
    .reg a@y3
    end
