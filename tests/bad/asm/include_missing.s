; expect: 2:10: there is no file 'nothing.inc'
.include "nothing.inc"
