; expect: 4:9: 'N' is a constant; only labels are global
.kernel k, core=aiv
.equ N, 1
.global N
k:
    nop
    end
