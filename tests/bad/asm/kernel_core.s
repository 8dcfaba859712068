; expect: 2:9: core= is missing (aic aiv mix c100)
.kernel k
k: end
