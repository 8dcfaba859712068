; expect: 5:1: 'loop' is already a constant, defined at symbol_kind.s:3
.kernel k, core=aiv
.equ loop, 3
k:
loop:
    end
