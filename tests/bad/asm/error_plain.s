; expect: 3:8: expected a string in double quotes
.kernel k, core=aiv
.error f16
k:
    nop
    end
