; expect: 4:14: expected the name of the loop variable
.kernel k, core=aiv
k:
    .rept 2, 3
    nop
    .endr
    end
