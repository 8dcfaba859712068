; expect: 3:20: only parameters with a default may follow a vararg; they are given by name
.kernel k, core=aiv
.macro m a:vararg, b
.endm
k:
    nop
    end
