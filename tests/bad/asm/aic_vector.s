; expect: 3:4: vadd exists on aiv, c100, this code is for aic
.kernel k, core=aic
k: vadd.f16 [x1], [x2], [x3], x4
 end
