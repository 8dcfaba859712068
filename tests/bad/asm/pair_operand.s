; expect: 5:21: 'c' is a register pair; one register is needed
.kernel k, core=aiv
k:
    .reg c:align = {len_burst=32}
    add.s64 x1, x2, c
    end
