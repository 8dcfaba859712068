; expect: 3:1: f16 only
.kernel k, core=aiv
.error "f16 only"
k:
    nop
    end
