; expect: 3:7: expected a name, a comma and a value
.kernel k, core=aiv
.equ N
k:
    nop
    end
