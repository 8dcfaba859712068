; expect: 4:5: vadd.s16 exists on aiv, this code is for c100
.kernel k, core=c100
k:
    vadd.s16 [x1], [x2], [x3], x4
    end
