; expect: 6:5: LIMIT: more than 8 nested loops
.kernel k, core=aiv
k:
    .reg n = 1
    again:
    loop n, last
    jump again
    last:
    endloop
    end
