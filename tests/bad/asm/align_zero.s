; expect: 3:8: the alignment is 0, it must be 1..65536
.kernel k, core=aiv
.align 0
k:
    nop
    end
