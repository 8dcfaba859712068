; expect: 3:6: 'x3' is the name of a register
.kernel k, core=aiv
.equ x3, 1
k:
    nop
    end
