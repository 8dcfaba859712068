; expect: 4:19: field 'repeat' of vec3 has no default and must be given
.kernel k, core=aiv
k:
    .reg c:vec3 = {dst_blk=2}
    end
