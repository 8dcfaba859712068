; expect: 4:9: undefined symbol '\b'
.kernel k, core=aiv
.macro m a
mov x1, \b
.endm
k:
    m 1
    end
