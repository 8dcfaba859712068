; expect: 4:23: unexpected ',': add.{type} {xd}, {xn}, {xm}
.kernel k, core=aiv
k:
    add.s64 x1, x2, x3,
    end
