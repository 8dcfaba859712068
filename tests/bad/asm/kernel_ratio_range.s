; expect: 2:30: the ratio is 3, it must be 0..2
.kernel k, core=mix, ratio=1:3

