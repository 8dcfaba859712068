; expect: 5:5: ALIGN: base 0x2001 in the config word is not a multiple of 2 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, v:vgather = {repeat=1 base=0x2001}
    vgather.b16 [d], [a], v
    end
