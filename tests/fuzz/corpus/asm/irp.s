.irp r, x1, x2, x3
mov \r, 1
.endr
.macro a b:req, c=2, d:vararg
.local l
l\@: mov \b, \c
.endm
a x1
a x2, 3, 4, 5
