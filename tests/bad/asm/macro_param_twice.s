; expect: 3:13: parameter 'a' is given twice
.kernel k, core=aiv
.macro m a, a
.endm
k:
    nop
    end
