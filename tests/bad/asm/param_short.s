; expect: 3:1: expected .param NAME, ROLE, TYPE[SHAPE] or .param NAME, TYPE = DEFAULT
.kernel k, core=aiv
.param n
k:
    nop
    end
