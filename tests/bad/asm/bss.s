; expect: 3:5: .bss has no contents; use .data
.bss
    .word 3
