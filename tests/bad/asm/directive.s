; expect: 3:1: unknown directive '.alihn'
.kernel k, core=aiv
.alihn 4
k: end
