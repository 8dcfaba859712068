; expect: 5:1: .kernel inside a .scope
.kernel k, core=aiv
k: end
.scope
.kernel m, core=aiv
