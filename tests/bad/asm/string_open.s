; expect: 3:12: the string is not closed
.data
    .ascii "abc
