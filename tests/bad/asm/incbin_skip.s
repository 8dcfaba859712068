; expect: 4:18: the number of bytes to skip is 100000, it must be 0..64
.kernel k, core=aiv
.data
.incbin "bss.s", 100000
