.rept 20, p
.rept 3
mov x1, \p
.endr
.endr
.rept 0
.endr
