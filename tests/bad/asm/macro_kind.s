; expect: 3:12: expected 'req' or 'vararg' after the colon
.kernel k, core=aiv
.macro m a:opt
.endm
k:
    nop
    end
