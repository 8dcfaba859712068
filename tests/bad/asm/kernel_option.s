; expect: 2:12: expected core= or ratio=
.kernel k, cores=aiv
k: end
