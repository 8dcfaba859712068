; expect: 6:20: this needs the scratch register x31, which .scratch none forbids
.kernel k, core=aiv
.scratch none
k:
    .reg c:vec3 = {repeat=1}
    mov c.dst_blk, 3
    end
