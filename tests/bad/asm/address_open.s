; expect: 4:17: expected ']': vadd.{type} [{xd}], [{xn}], [{xm}], {xt}
.kernel k, core=aiv
k:
    vadd.f16 [x1, [x2], [x3], x4
    end
