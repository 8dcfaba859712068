; expect: 3:8: expected the number of blocks
.kernel k, core=aiv
.blocks
k:
    nop
    end
