; expect: 3:8: the alignment is 12 bytes, no power of two
.kernel k, core=aiv
.align 12
k:
    nop
    end
