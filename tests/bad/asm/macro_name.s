; expect: 3:7: expected a macro name
.kernel k, core=aiv
.macro
.endm
k:
    nop
    end
