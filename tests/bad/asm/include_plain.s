; expect: 3:10: expected a string in double quotes
.kernel k, core=aiv
.include dv.inc
k:
    nop
    end
