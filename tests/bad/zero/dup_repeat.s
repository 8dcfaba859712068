; expect: 5:5: movev: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg d:ub = 0, n = 1, v:dup = {repeat=0}
    movev.b32 [d], n, v
    end
