; expect: 3:15: the shape is empty
.kernel k, core=aiv
.param a, in, f16[]
k:
    nop
    end
