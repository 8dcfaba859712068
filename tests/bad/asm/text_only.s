; expect: 3:5: instructions belong in .text
.data
    add.s64 x1, x2, x3
