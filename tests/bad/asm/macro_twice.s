; expect: 5:8: macro 'M' is already defined at macro_twice.s:3
.kernel k, core=aiv
.macro m
.endm
.macro M
.endm
k:
    nop
    end
