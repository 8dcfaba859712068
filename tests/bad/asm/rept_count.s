; expect: 4:11: the repeat count is -1, it must be 0..2147483647
.kernel k, core=aiv
k:
    .rept -1
    nop
    .endr
    end
