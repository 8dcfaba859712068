; expect: 3:10: expected 'none'
.kernel k, core=aiv
.scratch all
k:
    nop
    end
