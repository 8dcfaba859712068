; expect: 4:8: expected a string in double quotes
.kernel k, core=aiv
.data
.ascii abc
