; expect: 4:13: number '99999999999999999999' does not fit 64 bits
.kernel k, core=aiv
k:
    mov x1, 99999999999999999999
    end
