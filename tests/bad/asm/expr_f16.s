; expect: 4:13: 1e+09 does not fit f16, write the bit pattern for infinity
.kernel k, core=aiv
k:
    mov x1, f16(1e9)
    end
