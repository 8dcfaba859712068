; expect: 3:11: expected a type and a shape: f16[n]
.kernel k, core=aiv
.param a, in
k:
    nop
    end
