; expect: 4:5: expected a value
.kernel k, core=aiv
.data
.f16
