; expect: 7:5: ALIGN: offset[0] = 0x10 leads to ub 0x10..0x30, which is not aligned to its 32 bytes
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, n = 16, one:dup = {repeat=1}, v:vgatherb = {repeat=1}
    movev.b32 [a], n, one
    bar.v
    vgatherb.b32 [d], [a], v
    end
