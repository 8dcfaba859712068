; expect: 4:13: malformed number '0x'
.kernel k, core=aiv
k:
    mov x1, 0x
    end
