; expect: 7:5: ALIGN: offset[0] = 0x2 leads to ub 0x2..0x6, which is not aligned to its 4 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, n = 2, one:dup = {repeat=1}, v:vgather = {repeat=1}
    movev.b32 [a], n, one
    bar.v
    vgather.b32 [d], [a], v
    end
