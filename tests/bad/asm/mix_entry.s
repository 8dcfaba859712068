; expect: 2:9: kernel 'k' needs .entry aiv, LABEL
.kernel k, core=mix
.entry aic, a
a: end
