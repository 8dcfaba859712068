; expect: 4:17: an operand of add is missing here
.kernel k, core=aiv
k:
    add.s64 x1, , x3
    end
