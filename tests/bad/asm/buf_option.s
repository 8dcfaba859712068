; expect: 3:21: unknown option 'copy': expected copies= group= bank= at= or with=
.kernel k, core=aiv
.buf A, ub, f16[4], copy=2
k:
    nop
    end
