; expect: 3:1: .endm without .macro
.kernel k, core=aiv
.endm
k:
    nop
    end
