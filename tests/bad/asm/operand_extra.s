; expect: 4:19: unexpected ', x3': neg.{type} {xd}, {xn}
.kernel k, core=aiv
k:
    neg.s64 x1, x2, x3
    end
