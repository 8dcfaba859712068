; expect: 4:9: there is already a kernel 'k'
.kernel k, core=aiv
k: end
.kernel k, core=aiv
