; expect: 5:5: vgather: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, v:vgather = {repeat=0}
    vgather.b32 [d], [a], v
    end
