; expect: 3:23: expected layout= or stride=
.kernel k, core=aiv
.param a, in, f16[8], min=2
k:
    nop
    end
