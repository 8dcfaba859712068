; expect: 2:1: .macro without .endm
.macro open a
    nop
