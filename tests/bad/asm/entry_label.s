; expect: 2:9: kernel 'k' has no entry: there is no label 'b' in .text
.kernel k, core=mix
.entry aic, a
.entry aiv, b
a: end
