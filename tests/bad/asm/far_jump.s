; expect: 4:28: 'far' is 12004 bytes away, too far for jumpcmp
.kernel k, core=aiv
k:
    jumpcmp.lt.s64 x1, x2, far
    .rept 3000
    nop
    .endr
far:
    end
