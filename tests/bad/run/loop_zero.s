; expect: 5:5: RANGE: loop count is 0
.kernel k, core=aiv
k:
    .reg n = 0
    loop n, last
    nop
    last:
    endloop
    end
