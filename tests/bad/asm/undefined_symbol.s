; expect: 5:13: undefined symbol 'TIEL'
.kernel k, core=aiv
.equ TILE, 16
k:
    mov x1, TIEL
    end
