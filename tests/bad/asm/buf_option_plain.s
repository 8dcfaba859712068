; expect: 3:21: expected copies= group= bank= at= or with=
.kernel k, core=aiv
.buf A, ub, f16[4], 2
k:
    nop
    end
