; expect: 8:5: BOUNDS: the 16 words that DEQSCALE points at end at 0x30020, past the end of ub (0x30000)
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 1024, n
    .reg v:vec1 = {repeat=1}
    mov n, 0x17fd
    mov deqscale, n
    vconv.vdeqs16b8h [d], [a], v
    end
