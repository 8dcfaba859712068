; expect: 4:7: 4294967296 does not fit 32 bits
.kernel k, core=aiv
.data
.word 0x100000000
