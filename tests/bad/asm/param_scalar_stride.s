; expect: 3:20: expected min= max= or multiple=
.kernel k, core=aiv
.param n, u32 = 1, stride=2
k:
    nop
    end
