; expect: 4:11: expected ',': mov {xd}, {xn}
.kernel k, core=aiv
k:
    mov x1
    end
