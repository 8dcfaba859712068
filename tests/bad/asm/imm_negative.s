; expect: 4:22: -1 does not fit the immediate of sub (0..4095)
.kernel k, core=aiv
k:
    sub.s64 x1, x2, #-1
    end
