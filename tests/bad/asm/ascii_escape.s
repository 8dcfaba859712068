; expect: 4:10: unknown escape in a string
.kernel k, core=aiv
.data
.ascii "a\q"
