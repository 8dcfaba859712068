; expect: 6:15: macro 'two' takes 2 arguments
.macro two a, b
.endm
.kernel k, core=aiv
k:
    two 1, 2, 3
    end
