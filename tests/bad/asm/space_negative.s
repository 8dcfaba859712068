; expect: 4:8: the number of bytes is -1, it must be 0..268435456
.kernel k, core=aiv
.data
.space -1
