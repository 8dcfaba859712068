; expect: 4:6: undefined symbol 'abc'
.kernel k, core=aiv
.data
.f16 abc
