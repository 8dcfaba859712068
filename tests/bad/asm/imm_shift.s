; expect: 4:22: 64 does not fit the immediate of shr (0..63)
.kernel k, core=aiv
k:
    shr.s64 x1, x2, #64
    end
