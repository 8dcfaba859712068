; expect: 5:5: vreducev2: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vreducev2 = {repeat=0 pattern=1}
    vreducev2.b16 [d], [a], [b], v
    end
