; expect: 3:9: expected .text .rodata .data or .bss
.kernel k, core=aiv
.section
k:
    nop
    end
