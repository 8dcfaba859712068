; expect: 4:5: macros and repeats expand to more than 1000000 lines
.kernel k, core=aiv
k:
    .rept 2000000000
    .endr
    end
