; expect: 4:27: expected a register with an address, not '5'
.kernel k, core=aiv
k:
    vadd.f16 [x1], [x2], [5], x4
    end
