; expect: 5:10: 'n' is already a constant, defined at register_is_symbol.s:3
.kernel k, core=aiv
.equ n, 3
k:
    .reg n
    end
