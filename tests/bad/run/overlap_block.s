; expect: 5:5: OVERLAP: dst_blk = 0 writes every block of a repeat to one place: use a block stride of at least 1
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vec3 = {repeat=1 dst_blk=0}
    vadd.f16 [d], [a], [b], v
    end
