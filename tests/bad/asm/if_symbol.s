; expect: 4:9: undefined symbol 'TILE'
.kernel k, core=aiv
k:
    .if TILE
    .endif
    end
