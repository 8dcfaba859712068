; expect: 4:22: 70000 does not fit the immediate of add (0..4095)
.kernel k, core=aiv
k:
    add.s64 x1, x2, #70000
    end
