; expect: 5:5: vbs32: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vbs32 = {repeat=0}
    vbs32.f32 [d], [a], [b], v
    end
