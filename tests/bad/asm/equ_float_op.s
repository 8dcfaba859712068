; expect: 3:13: operator '%' needs integers, an operand is a float
.kernel k, core=aiv
.equ N, 1.5 % 2
k:
    nop
    end
