; expect: 4:10: expected a label, not the register 'x1'
.kernel k, core=aiv
k:
    jump x1
    end
