; expect: 3:10: expected a parameter name (letters, digits, _)
.kernel k, core=aiv
.macro m a.b
.endm
k:
    nop
    end
