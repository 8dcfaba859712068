; expect: 7:5: BOUNDS: offset[0] = 0x30000 leads to ub 0x30000..0x30004, outside 0x0..0x30000 of base and its buffer
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, n = 0x30000, one:dup = {repeat=1}, v:vgather = {repeat=1}
    movev.b32 [a], n, one
    bar.v
    vgather.b32 [d], [a], v
    end
