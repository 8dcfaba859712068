; expect: 4:8: expected a name
.kernel k, core=aiv
.macro m
.local 3a
.endm
k:
    m
    end
