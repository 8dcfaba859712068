; expect: 8:5: BOUNDS: ld_dev reaches gm only, 0x80080000 is in the local window
.kernel k, core=aiv
k:
    mov     x3, 0
    mov     x4, sys_va_base
    mov     x5, 0x80000
    add.s64 x4, x4, x5
    ld_dev.u64 x5, [x4, #0]
    end
