; expect: 3:15: expected an element type and a shape: f16[n]
.kernel k, core=aiv
.param a, in, f17[8]
k:  end
