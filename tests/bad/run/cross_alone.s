; expect: 6:5: ILLEGAL: flags between cores need a mix kernel: other launches have nothing that carries them
.kernel k, core=aiv
k:
    .reg    how = 1 + (1 << 4)
    nop
    set_cross_core.mte3 how
    end
