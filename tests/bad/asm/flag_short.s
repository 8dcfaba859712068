; expect: 3:1: expected .flag NAME, PIPE -> PIPE [, ids=N]
.kernel k, core=aiv
.flag f
k:
    nop
    end
