; expect: 4:9: expected a register, not 'x32'
.kernel k, core=aiv
k:
    mov x32, 1
    end
