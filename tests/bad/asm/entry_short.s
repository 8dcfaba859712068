; expect: 3:1: expected .entry aic|aiv, LABEL
.kernel k, core=aiv
.entry aic
k:
    nop
    end
