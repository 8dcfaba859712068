; expect: 3:11: 256 does not fit 8 bits
.data
    .byte 256
