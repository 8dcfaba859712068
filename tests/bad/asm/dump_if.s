; expect: 5:22: expected if=CONDITION
.kernel k, core=aiv
.buf A, ub, f16[4]
k:
    .dump A, f16[4], when=1
    end
