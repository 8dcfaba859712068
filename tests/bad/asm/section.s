; expect: 2:14: unknown section '.fast' (.text .rodata .data .bss)
    .section .fast
