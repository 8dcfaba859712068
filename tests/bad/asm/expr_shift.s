; expect: 4:15: shift by 64, the count must be 0..63
.kernel k, core=aiv
k:
    mov x1, 1 << 64
    end
