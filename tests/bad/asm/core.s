; expect: 2:17: unknown core 'avi' (aic aiv mix c100)
.kernel k, core=avi
k:  end
