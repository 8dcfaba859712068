; expect: 4:5: expected how often to repeat
.kernel k, core=aiv
k:
    .rept
    nop
    .endr
    end
