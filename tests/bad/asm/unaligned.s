; expect: 5:5: instructions are 4-byte aligned; write .align 4
.kernel k, core=aiv
.byte 1
k:
    nop
    end
