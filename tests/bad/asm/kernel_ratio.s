; expect: 2:28: expected a ratio AIC:AIV such as 1:2
.kernel k, core=mix, ratio=2

