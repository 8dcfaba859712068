; expect: 2:8: expected .kernel NAME, core=aic|aiv|mix|c100
.kernel

