; expect: 5:5: field 'dst_rep' of vec1 is split, signed or scaled and cannot be added to
.kernel k, core=aiv
k:
    .reg c:vec1 = {repeat=1}
    add c.dst_rep, 1
    end
