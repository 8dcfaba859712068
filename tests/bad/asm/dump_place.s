; expect: 4:11: expected a buffer, a register declared for a memory, or MEMORY:ADDRESS
.kernel k, core=aiv
k:
    .dump x1, f16[4]
    end
