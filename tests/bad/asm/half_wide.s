; expect: 4:7: -40000 does not fit 16 bits
.kernel k, core=aiv
.data
.half -40000
