; expect: 5:5: OVERLAP: entries 0 and 1 of the destination are both 0x0 in ub: a repeat writes 16 different blocks
.kernel k, core=aiv
k:
    .reg v:vnchwconv = {repeat=1}
    vnchwconv.b16 va0, va2, v
    end
