; expect: 4:5: .rept without .endr
.kernel k, core=aiv
k:
    .rept 2
    nop
    end
