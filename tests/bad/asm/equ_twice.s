; expect: 4:6: 'N' is already a constant, defined at equ_twice.s:3
.kernel k, core=aiv
.equ N, 1
.equ N, 2
k:
    nop
    end
