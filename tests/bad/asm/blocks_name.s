; expect: 3:9: 'm' is no parameter of kernel 'k'
.kernel k, core=aiv
.blocks m
k:
    nop
    end
