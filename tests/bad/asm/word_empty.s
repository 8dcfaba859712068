; expect: 4:6: expected a value
.kernel k, core=aiv
.data
.word
