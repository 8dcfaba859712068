; expect: 4:15: unexpected ', x3': mov {xd}, {xn}
.kernel k, core=aiv
k:
    mov x1, x2, x3
    end
